/* retry.h: which tasks were sent back to open a file once more.
 *
 * A task is sent back at most once for an open, so who was sent back has to be known when
 * it returns, among all that open the same file. A task (a thread, by its id) is in one
 * open at a time. One that never comes back - its file is gone - is forgotten when it
 * opens another, or when so many came after it.
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

/* Whether `task` was expected; it no longer is. A task of id 0 (it is in a PID namespace
 * that this process cannot see) cannot be told from others and counts as expected. */
bool retry_is(struct retries *retries, pid_t task);

#endif
