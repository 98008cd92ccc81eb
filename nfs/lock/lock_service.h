/* lock_service.h: the file server's lock manager (NLM version 4), as one thread sees it.
 *
 * The thread and its connection begin with the first lock and are independent of the
 * connections that carry files.
 *
 * When a server has no lock manager, or none that this node reaches, requests fail with
 * ENOLCK. Once it had one, requests wait for it to come back, and what is held is claimed
 * again.
 */
#ifndef ATELIER_NFS_LOCK_SERVICE_H
#define ATELIER_NFS_LOCK_SERVICE_H

#include "lib/deadline.h"
#include "nfs/back_off.h"
#include "nfs/lock/lock_contest.h"
#include "nfs/lock/lock_grant.h"
#include "nfs/lock/lock_request.h"
#include "nfs/lock/lock_return.h"

#include <pthread.h>

#define LOCK_WINDOW 16 /* requests on the wire at a time */

enum lock_service_state { LOCK_SERVICE_DOWN, LOCK_SERVICE_STARTED, LOCK_SERVICE_UP };

struct lock_service {
    const struct server *server;
    char caller[CLIENT_CALLER_SIZE];
    int wake; /* an eventfd that wakes the thread */
    pthread_t thread;
    int news;              /* an eventfd that tells the loop of grants */
    pthread_mutex_t mutex; /* guards the next six */
    bool started, stopping;
    struct deadline end; /* of a thread that is to stop */
    struct lock_holders holders;
    struct lock_request *queue; /* latest first */
    struct lock_grants grants;  /* those that the loop has not taken */

    /* The thread's own. */
    struct rpc_context *rpc;
    enum lock_service_state state;
    long long at;           /* when to try again; or when to give an attempt up */
    struct back_off pause;  /* before the next attempt */
    bool connected, broken; /* set by callbacks */
    bool ever_up;
    struct lock_request *requests; /* oldest first; some are on the wire */
    unsigned on_the_wire;
    const struct lock_request
        *sent[LOCK_WINDOW]; /* this and the next are lock_order.h's */
    unsigned sent_count;
    struct lock_holder *held; /* holders that hold anything, by next_held */
    long long asks_at;        /* when the next request is to be sent: lock_order.h */
    long long again_at, out_of_turn_at; /* when the next such question may be asked */
    struct lock_contests contests;
    struct lock_returns returns;
    uint64_t orders; /* numbers given to requests so far */
};

/* `caller` is our name at the server; one is made up when it is empty. `list` is a
 * descriptor for lock_list.h, or -1. Returns 0; or -1 when the node has no descriptors or
 * memory. */
int lock_service_init(struct lock_service *service, const struct server *server,
                      const char *caller, int list);

/* Copies `wish`, filled except for holder and next, to the thread, which answers it. It
 * is answered at once if it gives up what its owner does not hold. */
void lock_service_submit(struct lock_service *service, const struct lock_owner *owner,
                         pid_t pid, const struct lock_request *wish);

/* Returns whether the owner holds a lock that nobody shares. */
bool lock_service_excludes(struct lock_service *service, const struct lock_owner *owner);

/* Returns whether the owner holds or asks for any lock. */
bool lock_service_knows(struct lock_service *service, const struct lock_owner *owner);

/* Is called when an open file is closed; `owner` names only that file and its inode.
 * Returns whether any locks were taken through it: then lock_service_release gives them
 * up. */
bool lock_service_close(struct lock_service *service, const struct lock_owner *owner);
void lock_service_release(struct lock_service *service, const struct lock_owner *owner);

/* Gives up a lock that its owner has not heard of, by `wish`; but not if he asks for
 * another, or if what he holds has changed since, so that `changes` is no longer its
 * count. */
void lock_service_undo(struct lock_service *service, const struct lock_owner *owner,
                       const struct lock_request *wish, uint64_t changes);

/* Gives up all locks that are left, and ends the thread, within `milliseconds`. */
void lock_service_stop(struct lock_service *service, int milliseconds);

#endif
