/* lock_queue.h: what the thread of a lock service has in hand, oldest first.
 *
 * All of it belongs to the thread; requests come from service->queue, under the mutex.
 */
#ifndef ATELIER_NFS_LOCK_QUEUE_H
#define ATELIER_NFS_LOCK_QUEUE_H

#include "nfs/lock/lock_service.h"

/* Takes the requests that have come. */
void lock_queue_take(struct lock_service *service);

/* Ends a request, and its holder when nothing is left of that. */
void lock_queue_retire(struct lock_service *service, struct lock_request *request);

/* Puts claims of all that is held first, for a server that may have forgotten it. */
void lock_queue_claim(struct lock_service *service);
bool lock_queue_is_claim(const struct lock_request *request);
void lock_queue_forget_claims(struct lock_service *service);

/* Adds the release of all that is held. */
void lock_queue_release(struct lock_service *service);

#endif
