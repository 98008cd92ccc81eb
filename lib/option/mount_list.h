/* mount_list.h: the form of --mount's value.
 *
 *     VOLUME[/SUB]:NAME[:ro][,...]
 *
 * VOLUME and NAME are names (name.h), SUB is a relative path. Whether the volumes are
 * there and what of them a job may see is the policy's to say
 * (lua/atelier/decide/mount_list.lua).
 */
#ifndef ATELIER_MOUNT_LIST_H
#define ATELIER_MOUNT_LIST_H

#include "lib/agreed.h"
#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Checks that `list` has that form. Returns 0; or -1 with `error` filled (ERROR_USER): it
 * names `source`, the option or variable that the list is from, and what is wrong. */
int mount_list_check(const char *source, const char *list, struct error *error);

/* Returns the first mount of the list `part` that is not in `list`, word for word: where
 * it begins in `part`; or NULL when all are there. */
const char *mount_list_missing(const char *list, const char *part);

/* Returns whether `path` is what SUB may be: letters, digits and ._+=@- between single
 * slashes, no component "." or ".." or longer than 255 bytes, and less than
 * PLAN_PATH_SIZE bytes in all. */
bool mount_list_is_path(const char *path);

#endif
