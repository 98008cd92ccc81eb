/* id_owner.c: who has one of the NFS clients' ids on this machine. */
#include "cli/doctor/id_owner.h"

#include "lib/nobody.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>

static bool is_in(const struct settings_ids *range, unsigned long first,
                  unsigned long last)
{
    return first <= range->last && last >= range->first;
}

static bool take(struct id_owner *owner, const char *kind, const char *name,
                 unsigned long first, unsigned long last)
{
    *owner = (struct id_owner){.kind = kind, .first = first, .last = last};
    snprintf(owner->name, sizeof(owner->name), "%s", name);
    return true;
}

/* Nobody is found for an id: whether somebody may have it all the same. */
static bool suspect(struct id_owner *owner, const char *kind, unsigned long id,
                    int failure)
{
    if (nobody_has_it(failure))
        return false;
    *owner = (struct id_owner){.kind = kind, .first = id, .last = id, .failure = failure};
    return true;
}

static bool is_users(uid_t id, struct id_owner *owner)
{
    const struct passwd *user;

    errno = 0;
    user = getpwuid(id);
    return user ? take(owner, "user", user->pw_name, id, id)
                : suspect(owner, "user", id, errno);
}

static bool is_groups(gid_t id, struct id_owner *owner)
{
    const struct group *group;

    errno = 0;
    group = getgrgid(id);
    return group ? take(owner, "group", group->gr_name, id, id)
                 : suspect(owner, "group", id, errno);
}

/* A database that does not list all of its entries is asked for both ends at least. */
static bool find_user(const struct settings_ids *range, struct id_owner *owner)
{
    const struct passwd *user;
    bool found = is_users(range->first, owner) || is_users(range->last, owner);

    if (found)
        return true;
    setpwent();
    while (!found && (user = getpwent()))
        found = is_in(range, user->pw_uid, user->pw_uid) &&
                take(owner, "user", user->pw_name, user->pw_uid, user->pw_uid);
    endpwent();
    return found;
}

static bool find_group(const struct settings_ids *range, struct id_owner *owner)
{
    const struct group *group;
    bool found = is_groups(range->first, owner) || is_groups(range->last, owner);

    if (found)
        return true;
    setgrent();
    while (!found && (group = getgrent()))
        found = is_in(range, group->gr_gid, group->gr_gid) &&
                take(owner, "group", group->gr_name, group->gr_gid, group->gr_gid);
    endgrent();
    return found;
}

/* "alice:100000:65536": who may become any of them in a user namespace may send signals
 * to what runs as one. */
static bool find_subordinate(const char *path, const struct settings_ids *range,
                             struct id_owner *owner)
{
    FILE *file = fopen(path, "re");
    unsigned long first, count;
    char name[ID_OWNER_NAME_SIZE], line[256];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = sscanf(line, "%64[^:]:%lu:%lu", name, &first, &count) == 3 && count > 0 &&
                is_in(range, first, first + count - 1) &&
                take(owner, path, name, first, first + count - 1);
    if (file)
        fclose(file);
    return found;
}

bool id_owner_find(const struct settings *settings, struct id_owner *owner)
{
    struct settings_ids range = settings_client_ids(settings);

    return find_user(&range, owner) || find_group(&range, owner) ||
           find_subordinate("/etc/subuid", &range, owner) ||
           find_subordinate("/etc/subgid", &range, owner);
}
