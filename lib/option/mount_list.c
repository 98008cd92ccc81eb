/* mount_list.c: checks and cuts the value of --mount. */
#include "lib/option/mount_list.h"

#include "lib/agreed.h"
#include "lib/name.h"

#include <stdio.h>
#include <string.h>

#define ITEM_SIZE (PLAN_PATH_MAX + 1 + 2 * NAME_QUOTED_SIZE) /* bytes of one mount */
#define FORM "write VOLUME[/SUB]:NAME[:ro]"

/* One mount: its source, all of its text for the sentence, and where an error goes. */
struct item {
    const char *source;
    const char *text;
    struct error *error;
};

static int refuse(const struct item *item, const char *reason)
{
    char quoted[NAME_QUOTED_SIZE];

    name_quote(item->text, quoted, sizeof(quoted));
    return error_set(item->error, ERROR_USER, "%s=%s: %s; " FORM, item->source, quoted,
                     reason);
}

/* Refuses `word`, which is not what the `part` of a mount must be by the `rule`. */
static int refuse_word(const struct item *item, const char *word, const char *part,
                       const char *rule)
{
    char quoted[NAME_QUOTED_SIZE], reason[ERROR_TEXT_SIZE];

    name_quote(word, quoted, sizeof(quoted));
    if (*word)
        snprintf(reason, sizeof(reason), "`%s` is no %s%s", quoted, part, rule);
    else
        snprintf(reason, sizeof(reason), "the %s is missing", part);
    return refuse(item, reason);
}

static int check_source(const struct item *item, char *volume)
{
    char *path = strchr(volume, '/');

    if (path)
        *path++ = '\0';
    if (!name_is_valid(volume))
        return refuse_word(item, volume, "volume's name", "");
    if (path && !mount_list_is_path(path))
        return refuse_word(item, path, "path below a volume",
                           ": use letters, digits and ._+=@- between single slashes, no "
                           ". or ..");
    return 0;
}

static int check_item(const struct item *item, char *rest)
{
    char *volume = strsep(&rest, ":");
    char *name = strsep(&rest, ":");

    if (check_source(item, volume) < 0)
        return -1;
    if (!name || !name_is_valid(name))
        return refuse_word(item, name ? name : "", "name",
                           ": use letters, digits, ., _ and -, the first a letter or a "
                           "digit, at most 64");
    if (rest && strcmp(rest, "ro") != 0)
        return refuse(item, "only `ro` may follow the name");
    return 0;
}

/* Copies the list's first mount to `item` of `size` bytes, cut where it is too long to be
 * a valid one. Returns what follows it, or NULL at the end. */
static const char *next_item(const char *list, char *item, size_t size)
{
    size_t length = strcspn(list, ",");

    snprintf(item, size, "%.*s", (int)length, list);
    return list[length] ? list + length + 1 : NULL;
}

int mount_list_check(const char *source, const char *list, struct error *error)
{
    char text[ITEM_SIZE], parts[ITEM_SIZE];
    const struct item item = {source, text, error};

    if (strnlen(list, MOUNT_LIST_MAX + 1) > MOUNT_LIST_MAX)
        return error_set(error, ERROR_USER, "%s is longer than %d bytes", source,
                         MOUNT_LIST_MAX);
    while (list) {
        list = next_item(list, text, sizeof(text));
        strcpy(parts, text);
        if (check_item(&item, parts) < 0)
            return -1;
    }
    return 0;
}

const char *mount_list_missing(const char *list, const char *part)
{
    for (;;) {
        size_t length = strcspn(part, ",");

        if (!name_is_listed(list, part, length))
            return part;
        if (!part[length])
            return NULL;
        part += length + 1;
    }
}

static bool part_is_valid(const char *part, size_t length)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._+=@-";

    if (length == 0 || length > PLAN_PART_MAX || strspn(part, allowed) < length)
        return false;
    return !(length == 1 && part[0] == '.') &&
           !(length == 2 && part[0] == '.' && part[1] == '.');
}

bool mount_list_is_path(const char *path)
{
    if (strnlen(path, PLAN_PATH_MAX + 1) > PLAN_PATH_MAX)
        return false;
    for (;;) {
        size_t length = strcspn(path, "/");

        if (!part_is_valid(path, length))
            return false;
        if (!path[length])
            return true;
        path += length + 1;
    }
}
