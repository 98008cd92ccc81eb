/* lock_contest.h: ranges that this node and others want by turns: when to ask for one,
 * and when to leave it to the others.
 *
 * Nobody tells a node that a lock has become free, nor that another waits for it. So who
 * waits asks again, in proportion to how long the node has waited or usually does: a lock
 * that changes hands fast is asked for fast, a long wait costs a few calls a second, and
 * however many nodes wait, they ask about as often as locks change hands. And who has had
 * a range leaves it alone for about as long as the others' pauses before it asks anew:
 * when the node had to wait for it and all have had it who then waited on this node; or
 * when it has had the range to itself for REIGN_MS, nearly without a break.
 *
 * All times are in milliseconds, of clock_milliseconds.
 */
#ifndef ATELIER_NFS_LOCK_CONTEST_H
#define ATELIER_NFS_LOCK_CONTEST_H

#include <nfsc/libnfs-raw-nfs.h>
#include <stdbool.h>
#include <stdint.h>

#define LOCK_CONTESTS 64 /* remembered at a time; the one used last is forgotten last */
#define LOCK_PAUSE_MOST 200 /* between two questions of a node for a range */
#define LOCK_REIGN_MS 4000

struct lock_contest {
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
    uint64_t first, last;
    long long used;    /* the last time that anything happened; 0: a free place */
    long long waits;   /* since when the node is refused the range; 0: it is not */
    long long refused; /* the last time that the server did; 0: never */
    long long usual;   /* how long the node has waited lately */
    long long since;   /* when others last had the range, or could have had it */
    long long freed;   /* when the node's last lock ended; 0: it holds one */
    long long idle;    /* how long it was nobody's since then */
    long long opens;   /* until then the range is left to others */
    unsigned turns;    /* that this node may still take before */
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

/* When the node may ask for it; not later than `now`: at once. */
long long lock_contest_opens(const struct lock_contests *contests,
                             const struct lock_place *place);

/* The server has refused it. Returns when to ask again. */
long long lock_contest_refused(struct lock_contests *contests,
                               const struct lock_place *place, long long now);

/* The server has granted it, and so many others of this node wait for it now. */
void lock_contest_granted(struct lock_contests *contests, const struct lock_place *place,
                          unsigned others, long long now);

/* A lock there was given up. */
void lock_contest_freed(struct lock_contests *contests, const struct lock_place *place,
                        long long now);

#endif
