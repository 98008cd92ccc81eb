/* lock_order.h: which request of a lock service is sent next, and when.
 *
 * Requests for one file follow each other, one on the wire at a time: an order that the
 * server might change would refuse what was just given up here. Those for other files go
 * beside them. Nothing overtakes a claim of what was held.
 *
 * Locks that wait come in the order of their asking: only the oldest of those that
 * exclude each other, or that wait for the same bytes, asks the server; none does while
 * another owner of this node holds what is in its way, for that is known here. What POSIX
 * would grant before an older wish that is still waiting is asked for once at first, and
 * then out of turn now and then, so that no two wait for each other.
 */
#ifndef ATELIER_NFS_LOCK_ORDER_H
#define ATELIER_NFS_LOCK_ORDER_H

#include "nfs/lock/lock_service.h"

/* The request to be sent now, NULL when there is none; `*at` becomes the time when there
 * will be one if nothing happens before, INT64_MAX: none. */
struct lock_request *lock_order_next(struct lock_service *service, long long now,
                                     long long *at);

/* It has been sent. */
void lock_order_sent(struct lock_service *service, struct lock_request *request,
                     long long now);

/* The server has granted it, or taken back what it gives up. Who waits for those bytes
 * need not wait for his next turn. */
void lock_order_granted(struct lock_service *service, const struct lock_request *request,
                        long long now);
void lock_order_freed(struct lock_service *service, const struct lock_request *request,
                      long long now);

/* The server refused a lock that waits: it is asked for again. */
void lock_order_refused(struct lock_service *service, struct lock_request *request,
                        long long now);

#endif
