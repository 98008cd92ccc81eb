/* user.c: lists users and Unix groups of this machine. */
#include "cli/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUPS_MAX 65536
#define ENTRY_MAX 65536 /* bytes of one entry */
#define ID_TEXT_SIZE 16

long user_id(const char *user)
{
    const struct passwd *entry = getpwnam(user);

    return entry ? (long)entry->pw_uid : -1;
}

static json_t *names_of(const gid_t *ids, int count)
{
    json_t *names = json_array();

    for (int i = 0; i < count; i++) {
        const struct group *entry = getgrgid(ids[i]);

        if (entry)
            json_array_append_new(names, json_string(entry->gr_name));
    }
    return names;
}

json_t *user_groups(const char *user)
{
    const struct passwd *entry = getpwnam(user);
    int count = GROUPS_MAX;
    gid_t *ids = entry ? calloc(GROUPS_MAX, sizeof(*ids)) : NULL;
    json_t *names;

    if (!ids || getgrouplist(user, entry->pw_gid, ids, &count) < 0)
        count = 0;
    names = names_of(ids, count);
    free(ids);
    return names;
}

/* Whether the database has the name, by the status of getpwnam_r or getgrnam_r: those for
 * "no" differ between databases. -1 when it could not tell. */
static int is_known(int status, bool found, const char *noun, const char *name,
                    struct error *error)
{
    if (found)
        return 1;
    if (status == 0 || status == ENOENT || status == ESRCH || status == EBADF ||
        status == EPERM)
        return 0;
    return error_set(error, ERROR_NODE, "cannot look up %s `%s` on this machine: %s",
                     noun, name, strerror(status));
}

static int user_is_known(const char *name, struct error *error)
{
    static char buffer[ENTRY_MAX];
    struct passwd entry, *found;
    int status = getpwnam_r(name, &entry, buffer, sizeof(buffer), &found);

    return is_known(status, found != NULL, "user", name, error);
}

static int group_is_known(const char *name, struct error *error)
{
    static char buffer[ENTRY_MAX];
    struct group entry, *found;
    int status = getgrnam_r(name, &entry, buffer, sizeof(buffer), &found);

    /* A group is there even when its members do not fit. */
    return is_known(status, found != NULL || status == ERANGE, "group", name, error);
}

static json_t *unknown_of(const json_t *names, int (*known)(const char *, struct error *),
                          struct error *error)
{
    json_t *unknown = json_array();
    const json_t *name;
    size_t index;

    json_array_foreach(names, index, name) {
        int answer = known(json_string_value(name), error);

        if (answer == 0)
            json_array_append(unknown, (json_t *)name);
        if (answer >= 0)
            continue;
        json_decref(unknown);
        return NULL;
    }
    return unknown;
}

json_t *user_unknown(const json_t *people, struct error *error)
{
    json_t *users = unknown_of(json_object_get(people, "users"), user_is_known, error);
    json_t *groups =
        users ? unknown_of(json_object_get(people, "groups"), group_is_known, error)
              : NULL;
    json_t *unknown =
        groups ? json_pack("{s:O, s:O}", "users", users, "groups", groups) : NULL;

    json_decref(users);
    json_decref(groups);
    return unknown;
}

/* Those whom the group lists, without those who are gone. */
static json_t *listed_members(const struct group *group)
{
    json_t *names = json_array();

    for (size_t i = 0; group->gr_mem[i]; i++) {
        struct error error = {.party = ERROR_NONE};

        if (user_is_known(group->gr_mem[i], &error) != 0)
            json_array_append_new(names, json_string(group->gr_mem[i]));
    }
    return names;
}

static void id_text(gid_t id, char text[ID_TEXT_SIZE])
{
    snprintf(text, ID_TEXT_SIZE, "%u", (unsigned)id);
}

/* Adds the users whose primary group is one of `by_id`, { group id = list of names }. */
static void add_primary_members(const json_t *by_id)
{
    const struct passwd *entry;
    char id[ID_TEXT_SIZE];

    setpwent();
    while ((entry = getpwent())) {
        id_text(entry->pw_gid, id);
        json_array_append_new(json_object_get(by_id, id), json_string(entry->pw_name));
    }
    endpwent();
}

json_t *user_group_members(const json_t *groups)
{
    json_t *members = json_object(), *by_id = json_object();
    char id[ID_TEXT_SIZE];
    const json_t *name;
    size_t index;

    json_array_foreach(groups, index, name) {
        const struct group *group = getgrnam(json_string_value(name));
        json_t *users = group ? listed_members(group) : NULL;

        if (!users)
            continue;
        id_text(group->gr_gid, id);
        json_object_set(by_id, id, users);
        json_object_set_new(members, json_string_value(name), users);
    }
    if (json_object_size(by_id) > 0)
        add_primary_members(by_id);
    json_decref(by_id);
    return members;
}
