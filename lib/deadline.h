/* deadline.h: a point of monotonic time at which a wait ends.
 *
 * Every wait in Atelier has one. CLOCK_MONOTONIC, so that a stepped wall clock
 * neither cuts a wait short nor makes it endless.
 */
#ifndef ATELIER_DEADLINE_H
#define ATELIER_DEADLINE_H

#include <stdbool.h>
#include <time.h>

struct deadline {
    struct timespec at;
};

/* The deadline `milliseconds` from now. */
struct deadline deadline_after(int milliseconds);

/* Milliseconds left, rounded up, never negative: what poll(2) wants. */
int deadline_left(const struct deadline *deadline);

/* Whether no time is left. */
bool deadline_passed(const struct deadline *deadline);

/* Milliseconds of monotonic time since an arbitrary start: for measured durations. */
long long clock_milliseconds(void);

#endif
