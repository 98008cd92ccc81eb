/* lock_return.h: who waited for a lock, was interrupted, and comes back to his place.
 *
 * Any signal ends a wait, and the kernel begins it anew where the program wants that. A
 * program with many signals would otherwise never come to the head of the queue.
 */
#ifndef ATELIER_NFS_LOCK_RETURN_H
#define ATELIER_NFS_LOCK_RETURN_H

#include "nfs/lock/lock_request.h"

#define LOCK_RETURNS 32     /* remembered at a time */
#define LOCK_RETURN_MS 1000 /* and for how long */

struct lock_return {
    uint64_t number; /* of the owner */
    bool whole_file;
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
    uint64_t first, last, order;
    long long left; /* when; 0: a free place */
};

struct lock_returns {
    struct lock_return all[LOCK_RETURNS];
    unsigned next;
};

/* The request waits, and ends because of a signal. */
void lock_return_expect(struct lock_returns *returns, const struct lock_request *request,
                        long long now);

/* The `order` that a new request had when its owner waited for the same bytes before, and
 * forgets it; or 0. */
uint64_t lock_return_find(struct lock_returns *returns,
                          const struct lock_request *request, long long now);

#endif
