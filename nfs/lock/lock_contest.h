/* lock_contest.h: when to ask for a range that other nodes want, and when to leave it.
 *
 * Nobody tells a node that a lock has become free, nor that another node waits for it. So
 * a node that waits asks again, in proportion to how long it has waited or usually does.
 * A lock that changes hands fast is asked for fast, a long wait costs a few calls a
 * second, and however many nodes wait, they ask about as often as locks change hands. A
 * node that has had a range leaves it alone for about as long as the others' pauses
 * before it asks anew: when the node had to wait for it, and all of its tasks that waited
 * then have had it; or when it has had the range to itself for REIGN_MS, nearly without a
 * break.
 *
 * All times are in milliseconds, of clock_milliseconds.
 */
#ifndef ATELIER_NFS_LOCK_CONTEST_H
#define ATELIER_NFS_LOCK_CONTEST_H

#include <nfsc/libnfs-raw-nfs.h>
#include <stdbool.h>
#include <stdint.h>

/* Remembered at a time; the one used longest ago is forgotten first. */
#define LOCK_CONTESTS 64
#define LOCK_PAUSE_MOST 200 /* between two questions of a node for a range */
#define LOCK_REIGN_MS 4000

struct lock_contest {
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
    uint64_t first, last;
    long long used;    /* when anything last happened; 0: the place is free */
    long long waits;   /* since when the server refuses the node; 0: it does not */
    long long refused; /* when the server last refused; 0: never */
    long long usual;   /* how long the node has waited lately */
    long long since;   /* when others last had the range, or could have had it */
    long long freed;   /* when the node's last lock ended; 0: it holds one */
    long long idle;    /* how long nobody of the node has held it since `since` */
    long long opens;   /* until then the range is left to others */
    unsigned turns;    /* how often the node may still take it before that */
};

struct lock_contests {
    struct lock_contest all[LOCK_CONTESTS];
};

/* Bytes of a file, as a lock request names them. */
struct lock_place {
    const char *handle;
    unsigned handle_length;
    uint64_t first, last;
};

/* Returns when the node may ask for the range: at once if that is not later than
 * `now`. */
long long lock_contest_opens(const struct lock_contests *contests,
                             const struct lock_place *place);

/* Notes that the server has refused the range. Returns when to ask again. */
long long lock_contest_refused(struct lock_contests *contests,
                               const struct lock_place *place, long long now);

/* Notes that the server has granted the range, for which `others` of this node wait
 * now. */
void lock_contest_granted(struct lock_contests *contests, const struct lock_place *place,
                          unsigned others, long long now);

/* Notes that a lock of the range was given up. */
void lock_contest_freed(struct lock_contests *contests, const struct lock_place *place,
                        long long now);

#endif
