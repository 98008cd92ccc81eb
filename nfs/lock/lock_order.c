/* lock_order.c: decides which request of a lock service is sent next, and when. */
#include "nfs/lock/lock_order.h"

#include "nfs/lock/lock_queue.h"

#include <string.h>

#define AGAIN_MS 1          /* between questions that were asked before */
#define OUT_OF_TURN_MS 1000 /* between questions of those whose turn it is not */

enum standing { IN_TURN, OUT_OF_TURN, STUCK };

static struct lock_place place_of(const struct lock_request *request)
{
    return (struct lock_place){.handle = request->holder->handle,
                               .handle_length = request->holder->handle_length,
                               .first = request->first,
                               .last = request->last};
}

static bool is_same_file(const struct lock_holder *one, const struct lock_holder *other)
{
    return one == other || (one->handle_length == other->handle_length &&
                            memcmp(one->handle, other->handle, one->handle_length) == 0);
}

static bool overlap(const struct lock_request *one, const struct lock_request *other)
{
    return one->first <= other->last && other->first <= one->last;
}

static bool excludes(enum lock_kind one, enum lock_kind other)
{
    return one == LOCK_EXCLUSIVE || other == LOCK_EXCLUSIVE;
}

/* Returns whether whatever refuses `one` refuses `other` as well. */
static bool covers(const struct lock_request *other, const struct lock_request *one)
{
    return other->first <= one->first && one->last <= other->last &&
           (one->kind == LOCK_SHARED || other->kind == LOCK_EXCLUSIVE);
}

/* Finds the holders that hold anything. They are used without the mutex afterwards, since
 * only this thread changes what is held. */
static void find_held(struct lock_service *service)
{
    service->held = NULL;
    pthread_mutex_lock(&service->mutex);
    for (struct lock_holder *holder = service->holders.first; holder;
         holder = holder->next)
        if (holder->ranges && !holder->lost) {
            holder->next_held = service->held;
            service->held = holder;
        }
    pthread_mutex_unlock(&service->mutex);
}

static void find_sent(struct lock_service *service)
{
    unsigned count = 0;

    for (const struct lock_request *request = service->requests;
         count < service->on_the_wire && request; request = request->next)
        if (request->is_sent)
            service->sent[count++] = request;
    service->sent_count = count;
}

static bool is_file_on_the_wire(const struct lock_service *service,
                                const struct lock_request *request)
{
    for (unsigned i = 0; i < service->sent_count; i++)
        if (is_same_file(service->sent[i]->holder, request->holder))
            return true;
    return false;
}

static bool is_in_the_way(const struct lock_holder *holder,
                          const struct lock_request *request)
{
    if (holder == request->holder || !is_same_file(holder, request->holder))
        return false;
    for (const struct lock_range *range = holder->ranges; range; range = range->next)
        if (range->first <= request->last && request->first <= range->last &&
            excludes(range->kind, request->kind))
            return true;
    return false;
}

/* Returns the owner of this node that holds what is in the request's way, or NULL. */
static const struct lock_holder *in_the_way(const struct lock_service *service,
                                            const struct lock_request *request)
{
    const struct lock_holder *holder = service->held;

    for (const struct lock_request *older = service->requests; holder && older != request;
         older = older->next)
        if (older->in_the_way && older->in_the_way != request->holder &&
            is_same_file(older->holder, request->holder) && covers(request, older))
            return older->in_the_way;
    while (holder && !is_in_the_way(holder, request))
        holder = holder->next_held;
    return holder;
}

static enum standing beside_older(const struct lock_request *request,
                                  const struct lock_request *older)
{
    if (!lock_request_waits(older))
        return older->holder == request->holder ? STUCK : IN_TURN;
    if (!lock_request_waits(request) || older->holder == request->holder ||
        older->in_the_way || !overlap(request, older))
        return IN_TURN;
    if (covers(request, older))
        return STUCK;
    return request->was_refused && excludes(request->kind, older->kind) ? OUT_OF_TURN
                                                                        : IN_TURN;
}

static enum standing stands(const struct lock_service *service,
                            const struct lock_request *request)
{
    enum standing standing = IN_TURN;

    if (request->in_the_way)
        return STUCK;
    for (const struct lock_request *older = service->requests;
         older != request && standing != STUCK; older = older->next) {
        enum standing beside = is_same_file(older->holder, request->holder)
                                   ? beside_older(request, older)
                                   : IN_TURN;

        if (beside > standing)
            standing = beside;
    }
    return standing;
}

/* Returns when the request is to be sent by its own clock; `*at` is when by the clock of
 * all that ask. */
static long long wish(struct lock_service *service, struct lock_request *request,
                      long long *at)
{
    struct lock_place place = place_of(request);
    long long own;

    *at = INT64_MAX;
    switch (stands(service, request)) {
    case STUCK:
        return INT64_MAX;
    case OUT_OF_TURN:
        *at = deadline_later(request->at, service->out_of_turn_at);
        return request->at;
    default:
        break;
    }
    *at = request->at;
    if (!lock_request_waits(request))
        return *at;
    own = deadline_later(request->at, lock_contest_opens(&service->contests, &place));
    *at = request->at > 0 ? deadline_later(own, service->again_at) : own;
    return own;
}

struct lock_request *lock_order_next(struct lock_service *service, long long now,
                                     long long *at)
{
    bool claiming = service->requests && lock_queue_is_claim(service->requests);
    struct lock_request *next = NULL;
    long long longest = INT64_MAX;

    *at = INT64_MAX;
    if (service->on_the_wire >= LOCK_WINDOW)
        return NULL;
    find_held(service);
    find_sent(service);
    for (struct lock_request *request = service->requests; request && longest > 0;
         request = request->next) {
        long long own, ready;

        if (claiming && !lock_queue_is_claim(request))
            break;
        if (request->is_sent || is_file_on_the_wire(service, request))
            continue;
        request->in_the_way =
            lock_request_waits(request) ? in_the_way(service, request) : NULL;
        if (request->at >= longest || (request->at > now && request->at >= *at))
            continue; /* its standing does not matter */
        own = wish(service, request, &ready);
        if (ready < *at)
            *at = ready;
        if (ready <= now && own < longest) {
            longest = own;
            next = request;
        }
    }
    return next;
}

void lock_order_sent(struct lock_service *service, struct lock_request *request,
                     long long now)
{
    if (lock_request_waits(request) && request->at > 0) {
        service->again_at = now + AGAIN_MS;
        if (stands(service, request) == OUT_OF_TURN)
            service->out_of_turn_at = now + OUT_OF_TURN_MS;
    }
    request->is_sent = true;
    service->on_the_wire++;
}

static unsigned hurry(struct lock_service *service, const struct lock_request *done)
{
    unsigned count = 0;

    for (struct lock_request *other = service->requests; other; other = other->next)
        if (other != done && lock_request_waits(other) && overlap(other, done) &&
            is_same_file(other->holder, done->holder)) {
            other->at = 0;
            count++;
        }
    return count;
}

void lock_order_granted(struct lock_service *service, const struct lock_request *request,
                        long long now)
{
    struct lock_place place = place_of(request);
    unsigned others = hurry(service, request);

    if (lock_request_waits(request))
        lock_contest_granted(&service->contests, &place, others, now);
}

void lock_order_freed(struct lock_service *service, const struct lock_request *request,
                      long long now)
{
    struct lock_place place = place_of(request);

    lock_contest_freed(&service->contests, &place, now);
    hurry(service, request);
}

void lock_order_refused(struct lock_service *service, struct lock_request *request,
                        long long now)
{
    struct lock_place place = place_of(request);

    request->was_refused = true;
    request->at = lock_contest_refused(&service->contests, &place, now);
}
