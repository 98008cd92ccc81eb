/* back_off.h: the pause before something that failed is tried again, twice as long each
 * time. */
#ifndef ATELIER_NFS_BACK_OFF_H
#define ATELIER_NFS_BACK_OFF_H

/* All zero before the first time, and again once it went well. */
struct back_off {
    int pause_ms;
};

/* Returns when to try again (clock_milliseconds), `most_ms` from `now` at the latest. */
long long back_off_until(struct back_off *back_off, int most_ms, long long now);

#endif
