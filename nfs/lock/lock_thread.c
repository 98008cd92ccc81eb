/* lock_thread.c: runs the thread of a lock service. */
#include "nfs/lock/lock_thread.h"

#include "nfs/call/caller.h"
#include "nfs/lock/lock_grant.h"
#include "nfs/lock/lock_order.h"
#include "nfs/lock/lock_queue.h"
#include "nfs/turn.h"

#include <nfsc/libnfs-raw-nlm.h>

#include <errno.h>
#include <unistd.h>

#define PAUSE_LAST_MS 3000
#define ATTEMPT_MS 10000
#define INTERRUPT_MS 100 /* how often a task with a pending signal is looked at */
#define IDLE_MS 60000

/* Answers the task that waits; later answers go nowhere. When a lock was granted, the
 * loop answers. When a test was refused, lock_request_describe has told the other's lock
 * before. */
static void answer(struct lock_request *request, int cause)
{
    if (!request->fuse)
        return;
    fuse_req_interrupt_func(request->fuse, NULL, NULL);
    if (cause == 0 && request->errand == LOCK_SET && request->kind != LOCK_NONE)
        lock_grant(request);
    else
        fuse_reply_err(request->fuse, cause);
    request->fuse = NULL;
}

/* Tells lock_order.h what the answer means for other requests. */
static void follow(struct lock_service *service, const struct lock_request *request,
                   int cause, long long now)
{
    if (request->errand == LOCK_RELEASE || request->kind == LOCK_NONE)
        lock_order_freed(service, request, now);
    else if (request->errand == LOCK_SET && cause == 0)
        lock_order_granted(service, request, now);
}

/* Returns whether a lock was granted to a task that does not wait any more. The task's
 * end gives it up if it is a process's; but an open file may belong to another task, too.
 * What the owner held before stays held. */
static bool is_for_nobody(const struct lock_request *request)
{
    return !request->fuse && request->errand == LOCK_SET && request->kind != LOCK_NONE &&
           !request->is_more && request->holder->requests == 1;
}

static void finish(struct lock_service *service, struct lock_request *request,
                   const void *result)
{
    bool for_nobody;
    long long now = clock_milliseconds();
    enum lock_outcome outcome;
    int cause;

    request->is_asked = false;
    pthread_mutex_lock(&service->mutex);
    outcome = lock_request_settle(request, result, now, &cause);
    if (outcome == LOCK_DONE && request->errand == LOCK_TEST && cause != ENOLCK)
        lock_request_describe(request, result, &service->holders);
    for_nobody = outcome == LOCK_DONE && cause == 0 && is_for_nobody(request);
    pthread_mutex_unlock(&service->mutex);
    if (outcome == LOCK_REFUSED)
        lock_order_refused(service, request, now);
    if (outcome != LOCK_DONE)
        return;
    follow(service, request, cause, now);
    if (for_nobody) {
        request->kind = LOCK_NONE;
        request->at = 0;
        return;
    }
    answer(request, request->errand == LOCK_RELEASE ? request->cause : cause);
    lock_queue_retire(service, request);
}

static void on_result(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct lock_request *request = data;
    struct lock_service *service = request->holder->owner.volume->locks;

    (void)rpc;
    request->is_sent = false;
    service->on_the_wire--;
    request->has_failed = status != RPC_STATUS_SUCCESS || !result;
    if (!request->has_failed)
        finish(service, request, result);
}

/* Asks again for what was on the wire: not the requests have failed, but the
 * connection. */
static void disconnect(struct lock_service *service)
{
    if (service->rpc)
        rpc_destroy_context(service->rpc);
    service->rpc = NULL;
    service->on_the_wire = 0;
    for (struct lock_request *request = service->requests; request;
         request = request->next)
        request->is_sent = request->has_failed = false;
}

static void fail_all(struct lock_service *service, int cause)
{
    while (service->requests) {
        answer(service->requests, cause);
        lock_queue_retire(service, service->requests);
    }
}

static void lose(struct lock_service *service)
{
    disconnect(service);
    service->state = LOCK_SERVICE_DOWN;
    service->connected = service->broken = false;
    service->at = back_off_until(&service->pause, PAUSE_LAST_MS, clock_milliseconds());
    if (!service->ever_up)
        fail_all(service, ENOLCK);
}

/* As in connection.c, but this connection is the thread's, and no calls wait on it. */
static void on_connect(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct lock_service *service = data;

    (void)result;
    if (status == RPC_STATUS_SUCCESS && server_is_trusting(service->server, rpc))
        service->connected = true;
    else
        service->broken = true;
}

static void attempt(struct lock_service *service)
{
    service->rpc = server_context(service->server);
    service->state = LOCK_SERVICE_STARTED;
    service->at = clock_milliseconds() + ATTEMPT_MS;
    if (!service->rpc ||
        rpc_connect_program_async(service->rpc, service->server->address, NLM_PROGRAM,
                                  NLM_V4, on_connect, service) < 0)
        lose(service);
}

static void answer_failed(struct lock_service *service)
{
    struct lock_request *next;

    for (struct lock_request *request = service->requests; request; request = next) {
        next = request->next;
        if (request->has_failed) {
            answer(request, ENOLCK);
            lock_queue_retire(service, request);
        }
    }
}

static void serve_context(struct lock_service *service, int events)
{
    if (events && rpc_service(service->rpc, events) < 0)
        service->broken = true;
    if (service->broken) {
        lose(service);
        return;
    }
    answer_failed(service);
    if (service->connected) {
        service->connected = false;
        service->ever_up = true;
        service->state = LOCK_SERVICE_UP;
        service->pause = (struct back_off){0};
        lock_queue_forget_claims(service);
        lock_queue_claim(service);
    }
}

/* Returns whether root asks, who waits neither for the server nor for the lock's
 * holder. */
static bool is_roots(const struct lock_request *request)
{
    const struct fuse_ctx *context = fuse_req_ctx(request->fuse);

    return caller_is_root(context->pid, context->uid);
}

/* Returns whether nobody waits for the lock any more: then nobody is to get it. */
static bool is_left(const struct lock_request *request)
{
    return !request->fuse && !request->is_sent && request->errand == LOCK_SET &&
           request->kind != LOCK_NONE;
}

static void answer_late(struct lock_request *request, long long now)
{
    if (!request->fuse || request->answer_by > now)
        return;
    request->answer_by = INT64_MAX;
    if (request->errand == LOCK_RELEASE)
        answer(request, request->cause);
    else if (is_roots(request))
        answer(request, EIO);
}

/* Answers a task that got a signal. A lock that waits for its turn ends with any signal:
 * the kernel restarts it where no handler runs. One that the server has been asked for
 * ends only if the task dies; if it is granted nevertheless, the task's end gives it
 * up. */
static void answer_signal(struct lock_service *service, struct lock_request *request)
{
    if (!request->is_sent && request->errand != LOCK_RELEASE) {
        if (lock_request_waits(request))
            lock_return_expect(&service->returns, request, clock_milliseconds());
        answer(request, EINTR);
        lock_queue_retire(service, request);
    } else if (caller_is_dying(fuse_req_ctx(request->fuse)->pid)) {
        answer(request, EINTR);
    }
}

static void answer_impatient(struct lock_service *service, long long now)
{
    struct lock_request *next;

    for (struct lock_request *request = service->requests; request; request = next) {
        next = request->next;
        answer_late(request, now);
        if (is_left(request))
            lock_queue_retire(service, request);
        else if (request->fuse && atomic_load(&request->interrupted))
            answer_signal(service, request);
    }
}

/* Sends a request, after its holder was written into the list. Returns 0, or -1 when
 * either fails. */
static int send_written(struct lock_service *service, struct lock_request *request)
{
    int status = 0;

    if (request->errand == LOCK_SET && request->kind != LOCK_NONE) {
        pthread_mutex_lock(&service->mutex);
        status = lock_holder_write_down(&service->holders, request->holder);
        pthread_mutex_unlock(&service->mutex);
        request->is_asked = status == 0;
    }
    return status < 0 ? -1
                      : lock_request_send(request, service->caller, service->rpc,
                                          on_result, request);
}

static void send_due(struct lock_service *service, long long now)
{
    struct lock_request *request;

    service->asks_at = INT64_MAX;
    while (service->state == LOCK_SERVICE_UP &&
           (request = lock_order_next(service, now, &service->asks_at))) {
        if (send_written(service, request) < 0) {
            answer(request, ENOLCK);
            lock_queue_retire(service, request);
        } else {
            lock_order_sent(service, request, now);
            serve_context(service, POLLOUT);
        }
    }
}

static bool wants_connection(struct lock_service *service)
{
    bool wanted;

    pthread_mutex_lock(&service->mutex);
    wanted = service->holders.first != NULL;
    pthread_mutex_unlock(&service->mutex);
    return wanted;
}

static void advance(struct lock_service *service, long long now)
{
    if (service->state == LOCK_SERVICE_STARTED && service->at <= now)
        lose(service);
    else if (service->state == LOCK_SERVICE_DOWN && service->at <= now &&
             wants_connection(service))
        attempt(service);
    send_due(service, now);
}

static int patience(struct lock_service *service, long long now)
{
    long long until = now + IDLE_MS;

    if (service->state == LOCK_SERVICE_STARTED ||
        (service->state == LOCK_SERVICE_DOWN && wants_connection(service)))
        until = service->at;
    if (service->state == LOCK_SERVICE_UP && service->asks_at < until)
        until = service->asks_at;
    for (const struct lock_request *request = service->requests; request;
         request = request->next) {
        if (request->fuse && request->answer_by < until)
            until = request->answer_by;
        if (request->fuse && atomic_load(&request->interrupted) &&
            now + INTERRUPT_MS < until)
            until = now + INTERRUPT_MS;
    }
    return until > now ? (int)(until - now) : 0;
}

/* Returns whether the thread is to end: it was told so, and nothing is left or the time
 * is over. */
static bool ended(struct lock_service *service, bool *releasing)
{
    bool stopping, over;

    pthread_mutex_lock(&service->mutex);
    stopping = service->stopping;
    over = stopping && deadline_passed(&service->end);
    pthread_mutex_unlock(&service->mutex);
    if (stopping && !*releasing) {
        *releasing = true;
        lock_queue_release(service);
    }
    return over || (stopping && !service->requests);
}

static void turn(struct lock_service *service, int most_ms)
{
    struct pollfd sockets[2] = {{.fd = service->wake, .events = POLLIN}, {.fd = -1}};
    int wait = patience(service, clock_milliseconds());
    uint64_t count;

    if (service->rpc)
        sockets[1] = (struct pollfd){.fd = rpc_get_fd(service->rpc),
                                     .events = (short)rpc_which_events(service->rpc)};
    if (turn_wait(sockets, 2, wait < most_ms ? wait : most_ms) < 0)
        return;
    if (sockets[0].revents && read(service->wake, &count, sizeof(count)) < 0)
        return;
    if (service->rpc)
        serve_context(service, sockets[1].revents);
    lock_queue_take(service);
    answer_impatient(service, clock_milliseconds());
    advance(service, clock_milliseconds());
}

void *lock_thread_run(void *data)
{
    struct lock_service *service = data;
    bool releasing = false;

    while (!ended(service, &releasing))
        turn(service, releasing ? INTERRUPT_MS : IDLE_MS);
    disconnect(service);
    fail_all(service, ENOLCK);
    return NULL;
}
