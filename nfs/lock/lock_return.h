/* lock_return.h: keeps the place of a waiter who was interrupted and comes back.
 *
 * Any signal ends a wait for a lock, and the kernel begins it anew where the program
 * wants that. A program with many signals would otherwise never come to the head of the
 * queue.
 */
#ifndef ATELIER_NFS_LOCK_RETURN_H
#define ATELIER_NFS_LOCK_RETURN_H

#include "nfs/lock/lock_request.h"

#define LOCK_RETURNS 32     /* remembered at a time */
#define LOCK_RETURN_MS 1000 /* for how long each is */

struct lock_return {
    uint64_t number; /* the owner's number */
    bool whole_file;
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
    uint64_t first, last, order;
    long long left; /* when it left; 0: the place is free */
};

struct lock_returns {
    struct lock_return all[LOCK_RETURNS];
    unsigned next;
};

/* Remembers a request that waits, and ends because of a signal. */
void lock_return_expect(struct lock_returns *returns, const struct lock_request *request,
                        long long now);

/* Returns the `order` that the owner's request for the same bytes had before, and forgets
 * it; 0 where there was none. */
uint64_t lock_return_find(struct lock_returns *returns,
                          const struct lock_request *request, long long now);

#endif
