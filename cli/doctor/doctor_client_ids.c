/* doctor_client_ids.c: whether the NFS clients' ids are nobody's on this machine. */
#include "cli/doctor/doctor_check.h"

#include "lib/nobody.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 65

/* Whose the ids are, or may be: of `first` the database does not tell, by `failure`. */
struct owner {
    const char *kind;
    char name[NAME_SIZE];
    unsigned long first, last;
    int failure;
};

static bool is_in(const struct settings_ids *range, unsigned long first,
                  unsigned long last)
{
    return first <= range->last && last >= range->first;
}

static bool take(struct owner *owner, const char *kind, const char *name,
                 unsigned long first, unsigned long last)
{
    *owner = (struct owner){.kind = kind, .first = first, .last = last};
    snprintf(owner->name, sizeof(owner->name), "%s", name);
    return true;
}

/* Nobody is found for an id: whether somebody may have it all the same. */
static bool suspect(struct owner *owner, const char *kind, unsigned long id, int failure)
{
    if (nobody_has_it(failure))
        return false;
    *owner = (struct owner){.kind = kind, .first = id, .last = id, .failure = failure};
    return true;
}

static bool is_users(uid_t id, struct owner *owner)
{
    const struct passwd *user;

    errno = 0;
    user = getpwuid(id);
    return user ? take(owner, "user", user->pw_name, id, id)
                : suspect(owner, "user", id, errno);
}

static bool is_groups(gid_t id, struct owner *owner)
{
    const struct group *group;

    errno = 0;
    group = getgrgid(id);
    return group ? take(owner, "group", group->gr_name, id, id)
                 : suspect(owner, "group", id, errno);
}

/* A database that does not list all of its entries is asked for both ends at least. */
static bool find_user(const struct settings_ids *range, struct owner *owner)
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

static bool find_group(const struct settings_ids *range, struct owner *owner)
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
                             struct owner *owner)
{
    FILE *file = fopen(path, "re");
    unsigned long first, count;
    char name[NAME_SIZE], line[256];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = sscanf(line, "%64[^:]:%lu:%lu", name, &first, &count) == 3 && count > 0 &&
                is_in(range, first, first + count - 1) &&
                take(owner, path, name, first, first + count - 1);
    if (file)
        fclose(file);
    return found;
}

static void explain(const struct owner *owner, const char *ids,
                    char text[DOCTOR_TEXT_SIZE])
{
    char last[32] = "";

    if (owner->last > owner->first)
        snprintf(last, sizeof(last), " to %lu", owner->last);
    if (owner->failure)
        snprintf(
            text, DOCTOR_TEXT_SIZE,
            "the user database of this machine does not tell whether a %s has id %lu, "
            "of the setting client_ids=%s: %s; no job with an NFS client in user "
            "space starts here until it does",
            owner->kind, owner->first, ids, strerror(owner->failure));
    else
        snprintf(
            text, DOCTOR_TEXT_SIZE,
            "the setting client_ids=%s has ids of others: %s `%s` has %lu%s; give it "
            "a range that no user and no group has: client_ids=FIRST-LAST on "
            "Atelier's line in plugstack.conf (see atelier-plugstack(5))",
            ids, owner->kind, owner->name, owner->first, last);
}

bool doctor_client_ids(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct settings_ids range = settings_client_ids(settings);
    struct owner owner;
    bool is_bad = find_user(&range, &owner) || find_group(&range, &owner) ||
                  find_subordinate("/etc/subuid", &range, &owner) ||
                  find_subordinate("/etc/subgid", &range, &owner);

    if (is_bad)
        explain(&owner, settings->client_ids, text);
    else
        snprintf(text, DOCTOR_TEXT_SIZE, "no user and no group has one of %s",
                 settings->client_ids);
    return !is_bad;
}
