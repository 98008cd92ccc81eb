/* directory_list.h: the form of --with-input's and --with-output's value.
 *
 *     ID=PATH[,...]
 *
 * ID becomes the end of a variable's name: a letter or `_`, then letters, digits and `_`,
 * up to 64. PATH begins with `/` or with a variable, `$NAME` or `${NAME}`, which may be
 * anywhere in it, and holds neither comma nor control characters. Only the tasks find out
 * what the path means, where the directory is and whether it can be made.
 */
#ifndef ATELIER_DIRECTORY_LIST_H
#define ATELIER_DIRECTORY_LIST_H

#include "lib/error.h"

#include <stddef.h>

#define DIRECTORY_LIST_MAX 4096 /* bytes, without the terminating NUL */
#define DIRECTORY_ID_MAX 64
#define DIRECTORY_PATH_SIZE 4096 /* bytes, with the terminating NUL */

struct directory_item {
    char id[DIRECTORY_ID_MAX + 1];
    char path[DIRECTORY_PATH_SIZE]; /* in the user's words */
};

/* Checks that `list` has that form, and no ID twice with two paths. Returns 0; or -1 with
 * `error` filled (ERROR_USER): it names `source`, the option or variable that the list is
 * from, and what is wrong. */
int directory_list_check(const char *source, const char *list, struct error *error);

/* Reads the first item of a checked list. Returns what follows it, or NULL at the end. */
const char *directory_list_next(const char *list, struct directory_item *item);

/* Returns the value of a variable, NULL where it is not set. The value holds until the
 * next call. */
typedef const char *directory_lookup(const char *name, void *data);

/* Writes the item's path to `path` of DIRECTORY_PATH_SIZE bytes, with the variables'
 * values in their places. Returns 0; or -1 with `error` filled (ERROR_USER): a variable
 * that is not set, by its name; a path that is too long or does not begin with `/`. */
int directory_item_expand(const char *source, const struct directory_item *item,
                          directory_lookup *lookup, void *data, char *path,
                          struct error *error);

/* Makes the directory `path` and those above it that are missing, as the calling user.
 * Returns 0, or -1 with `error` filled as above. */
int directory_item_make(const char *source, const struct directory_item *item,
                        const char *path, struct error *error);

#endif
