/* lock_grant.c: drops what the node knows of a file that it just locked. */
#include "nfs/lock/lock_grant.h"

#include "nfs/file/append.h"
#include "nfs/file/pages.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock_service.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct lock_grant {
    STAILQ_ENTRY(lock_grant) in_list;
    fuse_req_t request;
    fuse_ino_t number;
    struct lock_owner owner;
    struct lock_request undo;
    /* How often what the holder holds had changed, this time included. */
    uint64_t changes;
    bool is_more; /* the holder held those bytes already: not to be given up */
};

void lock_grant(const struct lock_request *asked)
{
    const struct lock_holder *holder = asked->holder;
    struct lock_service *service = holder->owner.volume->locks;
    fuse_req_t request = asked->fuse;
    struct lock_grant *grant = calloc(1, sizeof(*grant));
    uint64_t one = 1;

    if (!grant) {
        fuse_reply_err(request, ENOLCK);
        return;
    }
    *grant = (struct lock_grant){.request = request,
                                 .number = asked->number,
                                 .owner = {.volume = holder->owner.volume,
                                           .number = holder->owner.number,
                                           .whole_file = holder->owner.whole_file},
                                 .undo = {.errand = LOCK_SET,
                                          .kind = LOCK_NONE,
                                          .first = asked->first,
                                          .last = asked->last},
                                 .changes = holder->changes,
                                 .is_more = asked->is_more};
    pthread_mutex_lock(&service->mutex);
    STAILQ_INSERT_TAIL(&service->grants, grant, in_list);
    pthread_mutex_unlock(&service->mutex);
    if (write(service->news, &one, sizeof(one)) < 0)
        return; /* the loop is awake anyway */
}

void lock_grant_leave(struct call *call)
{
    struct lock_grant *grant = call->grant;

    if (!grant)
        return;
    call->grant = NULL;
    grant->owner.inode = call->inode;
    if (!grant->is_more)
        lock_service_undo(call->volume->locks, &grant->owner, &grant->undo,
                          grant->changes);
    free(grant);
}

/* Tells the task of its lock, if it still waits for that. */
static void tell(struct call *call)
{
    if (call->request) {
        free(call->grant);
        call->grant = NULL;
    }
    call_fail(call, 0);
}

static void dropped(struct call *call)
{
    version_renew(&call->inode->cached, &call->present);
    tell(call);
}

/* Drops the pages. If a write of our own came in between, the kernel's size is the larger
 * one. */
static void drop_pages(struct call *call, uint64_t size)
{
    struct inode *inode = call->inode;
    bool grows = size > inode->size_told;

    if (grows)
        inode->size_told = size;
    pages_drop(call, grows ? size : 0, dropped);
}

static void compare(struct call *call, const struct fattr3 *attributes)
{
    struct inode *inode = call->inode;
    uint64_t size = writes_size(inode, attributes->size);
    bool told = told_is(inode, attributes);

    call->present = version_of(attributes);
    told_remember(inode, attributes);
    append_learn(call, inode, attributes->size);
    if (!inode->cached.proven || !version_equal(&inode->cached, &call->present) ||
        size > inode->size_told) {
        drop_pages(call, size);
        return;
    }
    if (!told)
        fuse_lowlevel_notify_inval_inode(call->volume->session,
                                         volume_number(call->volume, inode), -1, 0);
    tell(call);
}

/* Takes the attributes. A file that cannot be asked about is treated as one that has
 * changed. */
static void attributes_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;

    if (answered->status == NFS3_OK)
        compare(call, &answered->GETATTR3res_u.resok.obj_attributes);
    else
        drop_pages(call, 0);
}

static void ask_attributes(struct call *call)
{
    append_ask(call, attributes_done);
}

static void check(struct lock_grant *grant)
{
    struct call *call = call_begin_open(grant->request, grant->number);

    if (!call) {
        free(grant);
        return;
    }
    call->grant = grant;
    append_doubt(call->volume, call->inode);
    writes_await(call, WAIT_ANSWERS, ask_attributes);
}

/* As take() of pages.c, of another list and mutex: the two have no type in common. */
static struct lock_grant *take(struct lock_service *service)
{
    struct lock_grant *grant;

    pthread_mutex_lock(&service->mutex);
    grant = STAILQ_FIRST(&service->grants);
    if (grant)
        STAILQ_REMOVE_HEAD(&service->grants, in_list);
    pthread_mutex_unlock(&service->mutex);
    return grant;
}

void lock_grants_take(struct lock_service *service)
{
    struct lock_grant *grant;
    uint64_t count;

    if (read(service->news, &count, sizeof(count)) < 0)
        return;
    while ((grant = take(service)))
        check(grant);
}
