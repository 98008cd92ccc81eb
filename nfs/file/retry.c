/* retry.c: keeps which tasks were sent back to open a file once more. */
#include "nfs/file/retry.h"

void retry_expect(struct retries *retries, pid_t task)
{
    retries->tasks[retries->next] = task;
    retries->next = (retries->next + 1) % RETRIES_MOST;
}

bool retry_is(struct retries *retries, pid_t task)
{
    if (task == 0)
        return true;
    for (int i = 0; i < RETRIES_MOST; i++)
        if (retries->tasks[i] == task) {
            retries->tasks[i] = 0;
            return true;
        }
    return false;
}
