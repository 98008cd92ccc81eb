/* directory_list.c: checks and cuts the value of --with-input and --with-output. */
#include "lib/option/directory_list.h"

#include "lib/name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define NAME_CHARACTERS LETTERS "0123456789"
#define FORM "write ID=PATH, with a path that begins with / or a variable"

static int refuse(const char *source, const char *text, const char *reason,
                  struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    name_quote(text, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER, "%s=%s: %s; " FORM, source, quoted, reason);
}

static bool id_is_valid(const char *id, size_t length)
{
    return length > 0 && length <= DIRECTORY_ID_MAX && strchr(LETTERS, *id) &&
           strspn(id, NAME_CHARACTERS) >= length;
}

/* Returns the length of the name that a `$` at `text` begins, 0 for none. `*name` is
 * where it begins, and `*rest` what follows it. */
static size_t variable_at(const char *text, const char **name, const char **rest)
{
    bool braced = text[1] == '{';
    size_t length;

    *name = text + (braced ? 2 : 1);
    length = **name && strchr(LETTERS, **name) ? strspn(*name, NAME_CHARACTERS) : 0;
    *rest = *name + length;
    if (braced && **rest != '}')
        return 0;
    *rest += braced;
    return length;
}

static const char *fault_of_path(const char *path)
{
    const char *name;

    if (!*path)
        return "the path is missing";
    if (*path != '/' && *path != '$')
        return "the path does not begin with /";
    for (const char *at = path; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 127)
            return "the path holds a control character";
    while ((path = strchr(path, '$')))
        if (variable_at(path, &name, &path) == 0)
            return "a `$` has no variable's name after it";
    return NULL;
}

/* Splits the first item into its ID and path, and returns the length of its text. */
static size_t split(const char *list, struct directory_item *item)
{
    size_t length = strcspn(list, ","), id = strcspn(list, "=,");

    *item = (struct directory_item){.id = ""};
    if (list[id] != '=' || !id_is_valid(list, id) || length - id > DIRECTORY_PATH_SIZE)
        return length;
    snprintf(item->id, sizeof(item->id), "%.*s", (int)id, list);
    snprintf(item->path, sizeof(item->path), "%.*s", (int)(length - id - 1),
             list + id + 1);
    return length;
}

const char *directory_list_next(const char *list, struct directory_item *item)
{
    size_t length = split(list, item);

    return list[length] ? list + length + 1 : NULL;
}

/* Returns what is wrong with an item that was split; NULL for nothing. */
static const char *fault_of_item(const char *list, const struct directory_item *item)
{
    size_t id = strcspn(list, "=,");

    if (id == 0)
        return "the ID is missing";
    if (!id_is_valid(list, id))
        return "an ID is made of letters, digits and _, with no digit first, at most 64";
    return fault_of_path(item->path);
}

/* Returns whether a later item of the list has the ID with another path. */
static bool is_contradicted(const struct directory_item *item, const char *rest)
{
    struct directory_item other;

    while (rest) {
        rest = directory_list_next(rest, &other);
        if (strcmp(other.id, item->id) == 0 && strcmp(other.path, item->path) != 0)
            return true;
    }
    return false;
}

int directory_list_check(const char *source, const char *list, struct error *error)
{
    if (strnlen(list, DIRECTORY_LIST_MAX + 1) > DIRECTORY_LIST_MAX)
        return error_set(error, ERROR_USER, "%s is longer than %d bytes", source,
                         DIRECTORY_LIST_MAX);
    while (list) {
        struct directory_item item;
        const char *rest = directory_list_next(list, &item), *fault;
        char text[NAME_QUOTED_SIZE];

        snprintf(text, sizeof(text), "%.*s", (int)strcspn(list, ","), list);
        fault = fault_of_item(list, &item);
        if (fault)
            return refuse(source, text, fault, error);
        if (is_contradicted(&item, rest))
            return error_set(error, ERROR_USER,
                             "%s gives the ID %s twice: choose another", source, item.id);
        list = rest;
    }
    return 0;
}

static int append(char *path, const char *text, size_t length)
{
    size_t used = strlen(path);

    if (used + length >= DIRECTORY_PATH_SIZE)
        return -1;
    memcpy(path + used, text, length);
    path[used + length] = '\0';
    return 0;
}

static int refuse_variable(const char *source, const struct directory_item *item,
                           const char *name, struct error *error)
{
    return error_set(error, ERROR_USER,
                     "%s=%s=...: the variable %s is not set here; correct its name, or "
                     "leave it out",
                     source, item->id, name);
}

static int expand(const char *source, const struct directory_item *item,
                  directory_lookup *lookup, void *data, char *path, struct error *error)
{
    for (const char *at = item->path; *at;) {
        size_t plain = strcspn(at, "$"), length;
        const char *start, *value;
        char name[256];

        if (append(path, at, plain) < 0)
            break;
        at += plain;
        if (!*at)
            return 0;
        length = variable_at(at, &start, &at);
        snprintf(name, sizeof(name), "%.*s", (int)length, start);
        value = lookup(name, data);
        if (!value || !*value)
            return refuse_variable(source, item, name, error);
        if (append(path, value, strlen(value)) < 0)
            break;
        if (!*at)
            return 0;
    }
    return error_set(error, ERROR_USER, "%s=%s=...: the path is longer than %d bytes",
                     source, item->id, DIRECTORY_PATH_SIZE - 1);
}

int directory_item_expand(const char *source, const struct directory_item *item,
                          directory_lookup *lookup, void *data, char *path,
                          struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    path[0] = '\0';
    if (expand(source, item, lookup, data, path, error) < 0)
        return -1;
    if (path[0] == '/')
        return 0;
    name_quote(path, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s=...: the path becomes %s, which does not begin with /",
                     source, item->id, quoted);
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Returns 0, or the errno of the first directory that could not be made. A directory that
 * another process makes at the same moment counts as made. */
static int make_all(const char *path)
{
    char part[DIRECTORY_PATH_SIZE];
    int cause = 0;

    snprintf(part, sizeof(part), "%s", path);
    for (char *slash = part; slash;) {
        slash = strchr(slash + 1, '/');
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0777) < 0 && errno != EEXIST && cause == 0)
            cause = errno;
        if (slash)
            *slash = '/';
    }
    return is_directory(path) ? 0 : cause ? cause : ENOTDIR;
}

int directory_item_make(const char *source, const struct directory_item *item,
                        const char *path, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];
    int cause = is_directory(path) ? 0 : make_all(path);

    if (cause == 0)
        return 0;
    name_quote(path, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER, "%s=%s=...: cannot make the directory %s: %s",
                     source, item->id, quoted, strerror(cause));
}
