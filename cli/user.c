#include "user.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#define GROUPS_MAX 65536

const char *user_own_name(struct error *error)
{
    const struct passwd *entry = getpwuid(getuid());

    if (entry)
        return entry->pw_name;
    error_set(error, ERROR_USER, "your user id %u has no name: say --user",
              (unsigned)getuid());
    return NULL;
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

json_t *user_group_members(const char *group)
{
    const struct group *entry = getgrnam(group);
    json_t *names = entry ? json_array() : NULL;

    for (size_t i = 0; entry && entry->gr_mem[i]; i++)
        json_array_append_new(names, json_string(entry->gr_mem[i]));
    return names;
}
