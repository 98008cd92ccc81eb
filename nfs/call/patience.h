/* patience.h: how long a call waits for the file server.
 *
 * On a soft volume: timeout_ms. On a hard one: for ever, but not if root waits for it.
 * slurmstepd opens, writes and looks at a job's output before it signals the job, and
 * would neither cancel it nor end it at its time limit before the server is back. So a
 * call of a task that works for root is given up after root_ms, on any volume: what is
 * known is its answer, or else EIO. When one was, and the server has said nothing since,
 * the next ones get little time: slurmstepd's calls come one after the other.
 *
 * Who waits for a call is looked at only when it has waited for so long.
 */
#ifndef ATELIER_NFS_PATIENCE_H
#define ATELIER_NFS_PATIENCE_H

#include "nfs/call/connection.h"

/* For how many milliseconds no call is to be given up; -1: until something happens. */
int patience_wait(const struct connection *connections, unsigned count, long long now);

/* Whether the call is one of root's, after another of root's that waited in vain for a
 * server that has said nothing since. */
bool patience_is_over(const struct call *call);

/* Gives up the calls whose time is over. */
void patience_service(struct connection *connections, unsigned count, long long now);

#endif
