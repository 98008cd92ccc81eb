/* identity.h: who the job's user is, by the node's user database.
 *
 * The database may be LDAP or SSSD and may hang; its modules open sockets and start
 * threads. So the look-up runs in a child process that is given up at the deadline, and
 * the keeper never loads those modules.
 */
#ifndef ATELIER_IDENTITY_H
#define ATELIER_IDENTITY_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "lib/record.h"

struct identity {
    struct record *answer; /* the child's; the names below are in it */
    const char *user;
    const char *groups[PLAN_GROUPS_MAX]; /* names of the groups that have one */
    size_t group_count;
    /* The id of the job's NFS clients (client_id.h), which the keeper sets. */
    uid_t client;
    char gids[PLAN_GROUPS_MAX * 11]; /* of all groups, decimal, comma-separated */
};

/* Finds the user `uid` and the groups, with `gid` as the primary one. Returns 0, with
 * `identity` to be released by identity_release; or -1 with `error` filled (ERROR_NODE):
 * no such user on the node, or no answer in time. */
int identity_find(struct identity *identity, uid_t uid, gid_t gid,
                  const struct deadline *deadline, struct error *error);
void identity_release(struct identity *identity);

/* Makes the calling process, a child of process_fork, one of the user and the groups,
 * with no way back. Returns 0 or -1. */
int identity_become(const struct identity *identity, uid_t uid, gid_t gid);

#endif
