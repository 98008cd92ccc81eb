/* trusted_directory.h: directories that nobody but root can exchange.
 *
 * A path is walked one component at a time, by descriptor and following no symbolic link.
 * Every component must belong to root (or to whoever runs us: the unit tests run as
 * anybody) and must not be writable by others, unless it is sticky, where nobody can
 * rename what is root's. So the descriptor that comes back is of the place that the site
 * meant.
 */
#ifndef ATELIER_TRUSTED_DIRECTORY_H
#define ATELIER_TRUSTED_DIRECTORY_H

#include "lib/error.h"

#include <stdbool.h>

#define TRUSTED_DIRECTORY_LINK_SIZE 32 /* holds any result of trusted_directory_link */

/* Opens the absolute `path` (O_PATH, close-on-exec). With `create`, missing components
 * are made with `mode`. Returns the descriptor, or -1 with `error` filled (ERROR_NODE)
 * and errno set. */
int trusted_directory_open(const char *path, bool create, unsigned mode,
                           struct error *error);

/* As trusted_directory_open, for the single component `name` below the open directory
 * `parent`, whose path for sentences is `parent_path`. */
int trusted_directory_open_at(int parent, const char *parent_path, const char *name,
                              bool create, unsigned mode, struct error *error);

/* Opens the directory `name` in the directory `parent`, an absolute path, on which
 * something is to be mounted. Returns as trusted_directory_open. */
int trusted_directory_open_in(const char *parent, const char *name, struct error *error);

/* Writes the path by which system calls that take nothing but paths (mount, bind) reach
 * the open descriptor `fd`, without resolving a component a second time. Returns
 * `link`. */
char *trusted_directory_link(int fd, char link[TRUSTED_DIRECTORY_LINK_SIZE]);

#endif
