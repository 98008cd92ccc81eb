/* lock_request.c: takes one wish of an owner through the server's lock manager. */
#include "nfs/lock/lock_request.h"

#include <nfsc/libnfs-raw-nlm.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define GRACE_MS 1000 /* between questions to a server that waits for old owners */
#define STATE_UP 1    /* of this client, for the server's status monitor: it is up */
#define LAST_BYTE INT64_MAX

bool lock_request_waits(const struct lock_request *request)
{
    return request->wait && request->errand == LOCK_SET && request->kind != LOCK_NONE;
}

static struct nlm4_lock range_of(const struct lock_request *request, const char *caller)
{
    const struct lock_holder *holder = request->holder;
    uint64_t length = request->last - request->first + 1;

    return (struct nlm4_lock){
        .caller_name = (char *)caller,
        .fh = {.data = {holder->handle_length, (char *)holder->handle}},
        .oh = (char *)caller,
        .svid = (u_int)holder->svid,
        .l_offset = request->first,
        .l_len = request->last >= LAST_BYTE ? 0 : length /* 0: to the end of the file */
    };
}

static int send_lock(const struct lock_request *request, const char *caller,
                     nlm_cookie cookie, struct rpc_context *rpc, rpc_cb done, void *data)
{
    struct NLM4_LOCKargs arguments = {.cookie = cookie,
                                      .exclusive = request->kind == LOCK_EXCLUSIVE,
                                      .lock = range_of(request, caller),
                                      .reclaim = request->errand == LOCK_RECLAIM,
                                      .state = STATE_UP};

    return rpc_nlm4_lock_async(rpc, done, &arguments, data);
}

static int send_unlock(const struct lock_request *request, const char *caller,
                       nlm_cookie cookie, struct rpc_context *rpc, rpc_cb done,
                       void *data)
{
    struct NLM4_UNLOCKargs arguments = {.cookie = cookie,
                                        .lock = range_of(request, caller)};

    return rpc_nlm4_unlock_async(rpc, done, &arguments, data);
}

static int send_test(const struct lock_request *request, const char *caller,
                     nlm_cookie cookie, struct rpc_context *rpc, rpc_cb done, void *data)
{
    struct NLM4_TESTargs arguments = {.cookie = cookie,
                                      .exclusive = request->kind == LOCK_EXCLUSIVE,
                                      .lock = range_of(request, caller)};

    return rpc_nlm4_test_async(rpc, done, &arguments, data);
}

/* The answer comes on the same connection, so that no cookie need tell requests apart. */
int lock_request_send(const struct lock_request *request, const char *caller,
                      struct rpc_context *rpc, rpc_cb done, void *data)
{
    char bytes[] = {'l', 'o', 'c', 'k'};
    nlm_cookie cookie = {.data = {sizeof(bytes), bytes}};

    if (request->errand == LOCK_TEST)
        return send_test(request, caller, cookie, rpc, done, data);
    if (request->errand == LOCK_RELEASE || request->kind == LOCK_NONE)
        return send_unlock(request, caller, cookie, rpc, done, data);
    return send_lock(request, caller, cookie, rpc, done, data);
}

static int cause_of(nlmstat4 status)
{
    switch (status) {
    case NLM4_GRANTED:
        return 0;
    case NLM4_DENIED:
    case NLM4_BLOCKED:
    case NLM4_DENIED_GRACE_PERIOD:
        return EAGAIN;
    case NLM4_DEADLCK:
        return EDEADLK;
    case NLM4_ROFS:
        return EROFS;
    case NLM4_STALE_FH:
        return ESTALE;
    case NLM4_FBIG:
        return EOVERFLOW;
    case NLM4_DENIED_NOLOCKS:
    case NLM4_FAILED:
    default:
        return ENOLCK;
    }
}

static nlmstat4 status_of(const struct lock_request *request, const void *result)
{
    if (request->errand == LOCK_TEST)
        return ((const struct NLM4_TESTres *)result)->reply.status;
    if (request->errand == LOCK_RELEASE || request->kind == LOCK_NONE)
        return ((const struct NLM4_UNLOCKres *)result)->status;
    return ((const struct NLM4_LOCKres *)result)->status;
}

static enum lock_outcome again(struct lock_request *request, long long at)
{
    request->at = at;
    return LOCK_AGAIN;
}

/* Takes what the server says of a lock that was held when the connection broke. A server
 * that did not forget it, or that waits for nobody any more, takes no reclaim; it grants
 * the same owner's lock once more unless somebody else has got it. */
static enum lock_outcome settle_reclaim(struct lock_request *request, nlmstat4 status,
                                        long long now)
{
    if (status == NLM4_GRANTED)
        return LOCK_DONE;
    if (request->errand == LOCK_REGAIN && status == NLM4_DENIED_GRACE_PERIOD)
        return again(request, now + GRACE_MS);
    if (request->errand == LOCK_RECLAIM) {
        request->errand = LOCK_REGAIN;
        return again(request, now);
    }
    lock_holder_lose(request->holder);
    return LOCK_DONE;
}

static int note_granted(const struct lock_request *request)
{
    struct lock_holder *holder = request->holder;

    if (request->errand == LOCK_RELEASE) {
        lock_range_clear(&holder->ranges);
        return 0;
    }
    return lock_range_set(&holder->ranges, request->first, request->last, request->kind) <
                   0
               ? ENOLCK
               : 0;
}

enum lock_outcome lock_request_settle(struct lock_request *request, const void *result,
                                      long long now, int *cause)
{
    nlmstat4 status = status_of(request, result);

    *cause = 0;
    if (request->errand == LOCK_RECLAIM || request->errand == LOCK_REGAIN)
        return settle_reclaim(request, status, now);
    if (status == NLM4_DENIED_GRACE_PERIOD)
        return again(request, now + GRACE_MS);
    *cause = cause_of(status);
    if (request->errand == LOCK_TEST)
        return LOCK_DONE;
    if (*cause == EAGAIN && request->wait)
        return LOCK_REFUSED;
    if (*cause == 0 || request->errand == LOCK_RELEASE || request->kind == LOCK_NONE) {
        request->is_more =
            lock_range_touches(request->holder->ranges, request->first, request->last);
        request->holder->changes++;
        *cause = note_granted(request);
    }
    return LOCK_DONE;
}

/* Processes of other nodes have no number here, so theirs is 0. */
void lock_request_describe(struct lock_request *request, const void *result,
                           const struct lock_holders *holders)
{
    const struct NLM4_TESTres *answered = result;
    const struct nlm4_holder *other = &answered->reply.nlm4_testreply_u.lock.holder;
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    if (!request->fuse)
        return;
    if (answered->reply.status == NLM4_DENIED) {
        const struct lock_holder *ours =
            lock_holder_by_svid(holders, (int32_t)other->svid);

        lock.l_type = other->exclusive ? F_WRLCK : F_RDLCK;
        lock.l_start = (off_t)(other->l_offset & LAST_BYTE);
        lock.l_len = (off_t)(other->l_len & LAST_BYTE);
        lock.l_pid = ours ? ours->pid : 0;
    }
    fuse_req_interrupt_func(request->fuse, NULL, NULL);
    fuse_reply_lock(request->fuse, &lock);
    request->fuse = NULL;
}
