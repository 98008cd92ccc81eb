/* retry.h: which tasks were sent back to open a file once more.
 *
 * A task is sent back at most once for an open, so it has to be known again when it
 * returns, among all that open the same file. A task (a thread, by its id) is in one open
 * at a time. A task that never comes back, since its file is gone, is forgotten when it
 * opens another, or when RETRIES_MOST came after it.
 */
#ifndef ATELIER_NFS_RETRY_H
#define ATELIER_NFS_RETRY_H

#include <stdbool.h>
#include <sys/types.h>

#define RETRIES_MOST 256 /* tasks of a volume that are on their way back at once */

struct retries {
    pid_t tasks[RETRIES_MOST]; /* 0: free */
    unsigned next;             /* the place that is taken next */
};

/* Expects `task` back. */
void retry_expect(struct retries *retries, pid_t task);

/* Returns whether `task` was expected, and expects it no longer. A task of id 0 (it is in
 * a PID namespace that this process cannot see) cannot be told from others and counts as
 * expected. */
bool retry_is(struct retries *retries, pid_t task);

#endif
