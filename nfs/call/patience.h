/* patience.h: how long a call waits for the file server.
 *
 * On a soft volume it waits timeout_ms, on a hard one for ever, unless root waits for it.
 * slurmstepd opens, writes and looks at a job's output before it signals the job; if it
 * waited, it would neither cancel the job nor end it at its time limit before the server
 * is back. So a call of a task that works for root is given up after root_ms, on any
 * volume: it is answered with what is known, or else with EIO. After one was given up,
 * and while the server says nothing, the next ones get little time, since slurmstepd's
 * calls come one after the other.
 *
 * A write of the job's that waits holds the kernel's lock of its file, for which a write
 * of root's to the same file waits before this client hears of it. slurmstepd's of Slurm
 * 22.05 looks at a job's output first, and is told EIO (call_finds_locked); that of 24.11
 * writes at once. So such a write of the job's is given up, too, with EIO, where root is
 * seen to wait.
 *
 * Which task waits for a call is looked at only when the call has waited for so long.
 */
#ifndef ATELIER_NFS_PATIENCE_H
#define ATELIER_NFS_PATIENCE_H

#include "nfs/call/connection.h"

/* Returns for how many milliseconds no call is to be given up; -1: until something
 * happens. */
int patience_wait(const struct connection *connections, unsigned count, long long now);

/* Returns whether the call is root's, and another of root's has waited in vain since the
 * server was last heard. */
bool patience_is_over(const struct call *call);

/* Gives up the calls whose time is over. */
void patience_service(struct connection *connections, unsigned count, long long now);

#endif
