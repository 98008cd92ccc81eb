/* lock_grant.h: drops what the node knew of a file before it got a lock on it.
 *
 * After the server's grant and before the task hears of it, the server is asked for the
 * file's attributes, on the connections that carry files. Where the kernel's pages may be
 * of another state of the file, they are dropped, which also writes those that mappings
 * made dirty. The kernel is told a larger size. It cannot be told a smaller one: it asks
 * for the attributes at the next look, and we place appends ourselves (append.h).
 */
#ifndef ATELIER_NFS_LOCK_GRANT_H
#define ATELIER_NFS_LOCK_GRANT_H

#include "nfs/volume.h"

#include <sys/queue.h>

struct call;
struct lock_grant;
struct lock_request;
struct lock_service;

STAILQ_HEAD(lock_grants, lock_grant);

/* For the lock thread: hands the task's request for a lock, which the server has granted,
 * to the loop, which answers it. */
void lock_grant(const struct lock_request *request);

/* For the loop: takes the grants that have come. */
void lock_grants_take(struct lock_service *service);

/* Is called when the call ends that asked for a grant's attributes: gives the lock up if
 * the task has not heard of it. */
void lock_grant_leave(struct call *call);

#endif
