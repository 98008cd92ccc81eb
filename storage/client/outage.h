/* outage.h: when a file server did not answer, as one job saw it. */
#ifndef ATELIER_OUTAGE_H
#define ATELIER_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct outage {
    long long began; /* clock_milliseconds; 0: as far as is known, it answers */
    time_t since;    /* the same by the wall clock; it stays when the outage is over */
    unsigned long calls; /* calls that wait */
    /* Milliseconds of the last outage that is over; 0: there was none. */
    long long lasted;
    long long total; /* milliseconds of all that are over */
};

#define OUTAGE_TIME_SIZE 32
#define OUTAGE_TEXT_SIZE 160

/* Notes that the server has not answered for `milliseconds`, and that `calls` wait.
 * Returns whether the outage is new. */
bool outage_begin(struct outage *outage, long long milliseconds, unsigned long calls);

/* Notes that the server answers. Returns whether that is new. */
bool outage_end(struct outage *outage);

/* Returns the milliseconds of all outages, the present one included. */
long long outage_total(const struct outage *outage);

/* Writes "answers", or since when and for how long the server does not, or did not.
 * Returns `text`. */
const char *outage_describe(const struct outage *outage, char text[OUTAGE_TEXT_SIZE]);

/* Writes the local time as Slurm's logs do. Returns `text`. */
const char *outage_time(time_t time, char text[OUTAGE_TIME_SIZE]);

#endif
