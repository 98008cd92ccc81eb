/* identity.c: looks the job's user up in the node's user database. */
#include "storage/identity.h"

#include "lib/message.h"
#include "lib/process.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define USER "user"          /* key of the user's name; every other key is a gid */
#define ENTRY_SIZE (1 << 20) /* bytes: a group entry carries all its members */

static int add_group(struct record *answer, gid_t gid, char *entry)
{
    struct group group, *found = NULL;
    char key[16];

    snprintf(key, sizeof(key), "%u", (unsigned)gid);
    getgrgid_r(gid, &group, entry, ENTRY_SIZE, &found);
    return record_set(answer, key, found ? found->gr_name : "");
}

static int add_groups(struct record *answer, const char *user, gid_t primary, char *entry)
{
    gid_t gids[PLAN_GROUPS_MAX];
    int count = PLAN_GROUPS_MAX;
    int status = 0;

    if (getgrouplist(user, primary, gids, &count) < 0)
        return -1;
    for (int i = 0; i < count && status == 0; i++)
        status = add_group(answer, gids[i], entry);
    return status;
}

/* Looks the user up, in the child. An empty name in the answer means that there is no
 * such user. */
static int look_up(uid_t uid, gid_t gid, const struct deadline *deadline)
{
    struct record *answer = record_create();
    char *entry = malloc(ENTRY_SIZE);
    struct passwd account, *found = NULL;
    char *user;

    if (!answer || !entry)
        return -1;
    getpwuid_r(uid, &account, entry, ENTRY_SIZE, &found);
    user = strdup(found ? found->pw_name : "");
    if (!user || record_set(answer, USER, user) < 0 ||
        (*user && add_groups(answer, user, gid, entry) < 0))
        return -1;
    return message_send(PROCESS_SOCKET, answer, -1, deadline, NULL);
}

static void read_groups(struct identity *identity)
{
    char *end = identity->gids;

    for (size_t i = 0; i < record_count(identity->answer); i++) {
        const char *gid = record_key(identity->answer, i);
        const char *name = record_value(identity->answer, i);

        if (strcmp(gid, USER) == 0)
            continue;
        if (*name)
            identity->groups[identity->group_count++] = name;
        end += sprintf(end, "%s%s", end == identity->gids ? "" : ",", gid);
    }
}

/* Says why there is no answer. */
static int explain_silence(pid_t *child, struct ending *ending, uid_t uid,
                           const struct deadline *deadline, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    if (!deadline_passed(deadline) && process_ended(child, ending))
        return error_set(error, ERROR_NODE, "who user %u is could not be found: %s",
                         (unsigned)uid,
                         ending_describe(ending, NULL, text, sizeof(text)));
    return error_set(error, ERROR_NODE,
                     "the node's user database did not tell in time who user %u is",
                     (unsigned)uid);
}

static int ask_child(struct record **answer, uid_t uid, gid_t gid,
                     const struct deadline *deadline, struct error *error)
{
    struct ending ending;
    int sockets[2];
    pid_t child;

    ending_begin(&ending, "the process that asks the node's user database");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "cannot make a socket pair: %s",
                         strerror(errno));
    child = process_fork(sockets[1]);
    if (child == 0)
        _exit(look_up(uid, gid, deadline) == 0 ? 0 : 1);
    close(sockets[1]);
    if (child < 0)
        error_set(error, ERROR_NODE, "cannot start a process: %s", strerror(errno));
    else if (message_receive(sockets[0], answer, NULL, deadline, NULL) < 0)
        explain_silence(&child, &ending, uid, deadline, error);
    close(sockets[0]);
    if (child > 0)
        process_kill(child);
    return *answer ? 0 : -1;
}

int identity_find(struct identity *identity, uid_t uid, gid_t gid,
                  const struct deadline *deadline, struct error *error)
{
    memset(identity, 0, sizeof(*identity));
    if (ask_child(&identity->answer, uid, gid, deadline, error) < 0)
        return -1;
    identity->user = record_get(identity->answer, USER);
    if (!identity->user || !*identity->user) {
        identity_release(identity);
        return error_set(error, ERROR_NODE, "the node knows no user with the id %u",
                         (unsigned)uid);
    }
    read_groups(identity);
    return 0;
}

static int set_groups(const char *gids)
{
    gid_t groups[PLAN_GROUPS_MAX];
    size_t count = 0;

    while (*gids && count < PLAN_GROUPS_MAX) {
        char *end;

        groups[count++] = (gid_t)strtoul(gids, &end, 10);
        gids = *end == ',' ? end + 1 : end;
    }
    return setgroups(count, groups);
}

/* Becoming another user clears the signal for the parent's death, so it is set again. */
int identity_become(const struct identity *identity, uid_t uid, gid_t gid)
{
    pid_t parent = getppid();

    if (set_groups(identity->gids) < 0 || setresgid(gid, gid, gid) < 0 ||
        setresuid(uid, uid, uid) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return -1;
    return getppid() == parent ? 0 : -1;
}

void identity_release(struct identity *identity)
{
    record_destroy(identity->answer);
    identity->answer = NULL;
}
