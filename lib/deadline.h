/* deadline.h: a point of monotonic time at which a wait ends.
 *
 * Every wait in Atelier has one. The clock is CLOCK_MONOTONIC, so that a wall clock that
 * is set neither cuts a wait short nor makes it endless.
 */
#ifndef ATELIER_DEADLINE_H
#define ATELIER_DEADLINE_H

#include <stdbool.h>
#include <time.h>

struct deadline {
    struct timespec at;
};

/* Returns the deadline `milliseconds` from now. */
struct deadline deadline_after(int milliseconds);

/* Returns the milliseconds left, rounded up and never negative, as poll(2) wants them. */
int deadline_left(const struct deadline *deadline);

/* Returns whether no time is left. */
bool deadline_passed(const struct deadline *deadline);

/* Locks `fd` as flock(2) does by `operation`, LOCK_EX or LOCK_SH, as soon as that is
 * possible. Returns 0; or -1 with errno set, EWOULDBLOCK at the deadline. */
int deadline_lock(int fd, int operation, const struct deadline *deadline);

/* Returns the shorter of two waits in milliseconds; a negative one is for ever. */
int deadline_sooner(int wait, int other);

/* Returns milliseconds of monotonic time since an arbitrary start, to measure
 * durations. */
long long clock_milliseconds(void);

/* Returns the later of two times of clock_milliseconds. */
long long deadline_later(long long one, long long other);

#endif
