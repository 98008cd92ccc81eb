/* lock_order.h: which request of a lock service is sent next, and when.
 *
 * Requests for one file follow each other, one on the wire at a time: if the server
 * changed their order, it would refuse what was just given up here. Requests for other
 * files go beside them. Nothing overtakes a claim of what was held.
 *
 * Locks that wait are asked for in the order in which they came. Of those that exclude
 * each other, or that wait for the same bytes, only the oldest asks the server. None asks
 * while another owner of this node holds what is in its way, since that is known here.
 * POSIX would grant some requests before an older one that still waits; these are asked
 * for once at first, and then out of turn now and then, so that no two wait for each
 * other.
 */
#ifndef ATELIER_NFS_LOCK_ORDER_H
#define ATELIER_NFS_LOCK_ORDER_H

#include "nfs/lock/lock_service.h"

/* Returns the request to be sent now, NULL when there is none. `*at` becomes the time
 * when there will be one if nothing happens before; INT64_MAX: none. */
struct lock_request *lock_order_next(struct lock_service *service, long long now,
                                     long long *at);

/* Notes that the request has been sent. */
void lock_order_sent(struct lock_service *service, struct lock_request *request,
                     long long now);

/* Is called when the server has granted the request, or taken back what it gives up: who
 * waits for those bytes need not wait for the next turn. */
void lock_order_granted(struct lock_service *service, const struct lock_request *request,
                        long long now);
void lock_order_freed(struct lock_service *service, const struct lock_request *request,
                      long long now);

/* Notes that the server refused a lock that waits: it is asked for again. */
void lock_order_refused(struct lock_service *service, struct lock_request *request,
                        long long now);

#endif
