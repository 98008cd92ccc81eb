/* deadline.c: computes deadlines and what is left of them. */
#include "lib/deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>

struct deadline deadline_after(int milliseconds)
{
    struct deadline deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline.at);
    deadline.at.tv_sec += milliseconds / 1000;
    deadline.at.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (deadline.at.tv_nsec >= 1000000000) {
        deadline.at.tv_sec++;
        deadline.at.tv_nsec -= 1000000000;
    }
    return deadline;
}

int deadline_left(const struct deadline *deadline)
{
    struct timespec now;
    long long nanoseconds;

    clock_gettime(CLOCK_MONOTONIC, &now);
    nanoseconds = (long long)(deadline->at.tv_sec - now.tv_sec) * 1000000000 +
                  (deadline->at.tv_nsec - now.tv_nsec);
    if (nanoseconds <= 0)
        return 0;
    nanoseconds = (nanoseconds + 999999) / 1000000;
    return nanoseconds > INT_MAX ? INT_MAX : (int)nanoseconds;
}

bool deadline_passed(const struct deadline *deadline)
{
    return deadline_left(deadline) == 0;
}

int deadline_lock(int fd, int operation, const struct deadline *deadline)
{
    int locked;

    while ((locked = flock(fd, operation | LOCK_NB)) < 0 && errno == EWOULDBLOCK &&
           !deadline_passed(deadline))
        poll(NULL, 0, 1);
    return locked;
}

int deadline_sooner(int wait, int other)
{
    return wait < 0 || (other >= 0 && other < wait) ? other : wait;
}

long long clock_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long deadline_later(long long one, long long other)
{
    return one > other ? one : other;
}
