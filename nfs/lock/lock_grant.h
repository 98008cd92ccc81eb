/* lock_grant.h: what the node knows of a file is from before the lock that it just got.
 *
 * So between the server's grant and the task's hearing of it, the server is asked for the
 * file's attributes, on the connections that carry files. Where the kernel's pages may be
 * of another state of the file, they are dropped, which sends off what mappings made
 * dirty; a larger size the kernel is told too. A smaller one it cannot be told: it asks
 * for the attributes at the next look, and appends are placed by us (append.h).
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

/* For the loop: takes what was granted. */
void lock_grants_take(struct lock_service *service);

/* The call ends, which asked for a grant's attributes: where the task has not heard of
 * its lock, it is given up. */
void lock_grant_leave(struct call *call);

#endif
