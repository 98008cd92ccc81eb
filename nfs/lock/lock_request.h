/* lock_request.h: one wish of an owner, on its way through the server's lock manager.
 *
 * The server is never asked to wait. It would have to call back, to the one port of the
 * node that the portmapper knows for lock managers; this is the kernel's or nobody's, and
 * cannot serve several clients without privileges. Where it cannot call back, Linux keeps
 * the lock granted to an owner who does not know it, until he asks again or for ever, and
 * Ganesha takes it back. So a waiter asks again: lock_order.h says which one does,
 * lock_contest.h when.
 */
#ifndef ATELIER_NFS_LOCK_REQUEST_H
#define ATELIER_NFS_LOCK_REQUEST_H

#include "nfs/lock/lock_holder.h"

#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <stdatomic.h>

enum lock_errand {
    LOCK_TEST,    /* would it be granted? */
    LOCK_SET,     /* take, change or give up (LOCK_NONE) a range */
    LOCK_RELEASE, /* the owner's end: give up everything */
    LOCK_RECLAIM, /* say what was held to a server that may have forgotten it */
    LOCK_REGAIN   /* the same, to a server that takes no reclaim (any more) */
};

struct lock_request {
    struct lock_request *next;
    struct lock_holder *holder;
    fuse_req_t fuse; /* NULL when nobody waits for the answer (any more) */
    fuse_ino_t number;
    enum lock_errand errand;
    enum lock_kind kind;
    uint64_t first, last;
    uint64_t order;   /* of its coming, among the requests that wait */
    int cause;        /* the errno or 0 that a release is answered with */
    bool wait;        /* whether to wait until it is granted */
    bool is_asked;    /* it asks for a lock, and the server has not answered */
    bool is_sent;     /* it is on the wire */
    bool has_failed;  /* libnfs gave it up, or the answer made no sense */
    bool was_refused; /* at least once, and it waits */
    bool is_more;     /* the owner held some of the bytes already */
    long long at;     /* when to send it (again); 0: at once */
    /* An owner of this node; lock_order.h's own. */
    const struct lock_holder *in_the_way;
    /* When a close, or root, is answered though the server is not heard. */
    long long answer_by;
    atomic_bool interrupted; /* a signal came for the task that waits */
};

/* What became of a request. */
enum lock_outcome { LOCK_DONE, LOCK_AGAIN, LOCK_REFUSED };

/* Returns whether the request is for a lock and waits until it is granted. */
bool lock_request_waits(const struct lock_request *request);

/* Puts the request on the wire as `caller`. Returns 0, and then `done` is called exactly
 * once with `data`; or -1. */
int lock_request_send(const struct lock_request *request, const char *caller,
                      struct rpc_context *rpc, rpc_cb done, void *data);

/* Takes the server's answer (libnfs's result for the errand) at time `now`. LOCK_DONE:
 * `*cause` is the errno for the task, 0 for success, and the holder's ranges are as the
 * answer says. LOCK_AGAIN: the request is to be sent once more at `at`. LOCK_REFUSED: it
 * has to wait. */
enum lock_outcome lock_request_settle(struct lock_request *request, const void *result,
                                      long long now, int *cause);

/* Answers a test with the lock that stands in the way, or with none. */
void lock_request_describe(struct lock_request *request, const void *result,
                           const struct lock_holders *holders);

#endif
