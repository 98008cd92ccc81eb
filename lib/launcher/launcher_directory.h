/* launcher_directory.h: the files NAME.lua of a site's launchers. */
#ifndef ATELIER_LAUNCHER_DIRECTORY_H
#define ATELIER_LAUNCHER_DIRECTORY_H

#include "lib/error.h"
#include "lib/name.h"

#include <stddef.h>

#define LAUNCHER_PATH_SIZE 1024 /* bytes, with the terminating NUL */

struct launcher_names {
    char (*names)[NAME_LENGTH_MAX + 1]; /* in the order of strcmp */
    size_t count;
};

/* Lists the frameworks that directory `launchers` has. Returns 0, with `names` to be
 * released by launcher_names_release; or -1 with `error` filled (ERROR_SITE) when it
 * cannot be read or has none. */
int launcher_names_read(struct launcher_names *names, const char *launchers,
                        struct error *error);
void launcher_names_release(struct launcher_names *names);

/* Writes LAUNCHERS/framework.lua to `path` (LAUNCHER_PATH_SIZE bytes). Returns 0; or -1
 * with `error` filled when there is none (ERROR_USER: the sentence lists those that there
 * are). */
int launcher_directory_path(const char *launchers, const char *framework, char *path,
                            struct error *error);

/* Whether it exists; as launcher_directory_path. */
int launcher_directory_has(const char *launchers, const char *framework,
                           struct error *error);

#endif
