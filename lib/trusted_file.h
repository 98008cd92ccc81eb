/* trusted_file.h: files that root obeys.
 *
 * The policy, the engine and the launchers decide what root mounts, so nobody but root
 * may be able to change them: the file and every directory above it, as reached by its
 * real path, are owned by root and writable neither by group nor by others (a sticky
 * directory is no exception: it is not a place for a policy).
 */
#ifndef ATELIER_TRUSTED_FILE_H
#define ATELIER_TRUSTED_FILE_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

#define TRUSTED_FILE_SIZE_MAX (4 * 1024 * 1024) /* bytes */

/* Reads the regular file at `path`. Returns its text (NUL-terminated, malloc'ed,
 * `*length` bytes without the NUL); or NULL with `error` filled (ERROR_SITE): missing,
 * not regular, too large, or changeable by others, and then which path it is, who may
 * change it and the command that mends it. The checks are made on the open descriptor, so
 * the text is of the file that was checked. */
char *trusted_file_read(const char *path, size_t *length, struct error *error);

/* Returns whether somebody but root can change the file at `path`, by its own mode or
 * that of a directory above it; false when there is no file. */
bool trusted_file_is_exposed(const char *path);
/* As trusted_file_read, without reading it: for programs and other files that root hands
 * on by their path. Returns 0, or -1 with `error` filled. */
int trusted_file_check(const char *path, struct error *error);

/* As trusted_file_read, without a check of owner and mode: for files that run as the user
 * who is asking (launchers in a task). */
char *plain_file_read(const char *path, size_t *length, struct error *error);

#endif
