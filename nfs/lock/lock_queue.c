/* lock_queue.c: holds what the thread of a lock service has in hand. */
#include "nfs/lock/lock_queue.h"

#include <stdlib.h>

#define LAST_BYTE INT64_MAX

/* Removes a request from the list and frees it, and its holder when nothing of that is
 * left. If the server may have granted a lock without an answer, the holder stays in the
 * list. */
void lock_queue_retire(struct lock_service *service, struct lock_request *request)
{
    struct lock_request **link = &service->requests;

    while (*link != request)
        link = &(*link)->next;
    *link = request->next;
    pthread_mutex_lock(&service->mutex);
    if (request->is_asked)
        request->holder->place = -1;
    request->holder->requests--;
    lock_holder_drop(&service->holders, request->holder);
    pthread_mutex_unlock(&service->mutex);
    free(request);
}

static struct lock_request *append(struct lock_service *service,
                                   const struct lock_request *wish)
{
    struct lock_request **link = &service->requests;
    struct lock_request *request = calloc(1, sizeof(*request));

    if (!request)
        return NULL;
    *request = *wish;
    while (*link)
        link = &(*link)->next;
    *link = request;
    request->next = NULL;
    request->holder->requests++;
    return request;
}

/* Returns where a request goes that has come back: before those that came for the first
 * time after it had, but not before what its owner has given up since. NULL: nowhere
 * special. */
static struct lock_request **place_of(struct lock_service *service,
                                      const struct lock_request *request, uint64_t order)
{
    struct lock_request **place = NULL;

    for (struct lock_request **link = &service->requests; *link; link = &(*link)->next) {
        if (lock_request_waits(*link)) {
            if (!place && (*link)->order > order)
                place = link;
        } else if ((*link)->holder == request->holder) {
            place = NULL;
        }
    }
    return place;
}

static void put(struct lock_service *service, struct lock_request *request)
{
    struct lock_request **place = NULL;
    uint64_t order = 0;

    if (lock_request_waits(request))
        order = lock_return_find(&service->returns, request, clock_milliseconds());
    if (order)
        place = place_of(service, request, order);
    if (!place)
        for (place = &service->requests; *place; place = &(*place)->next)
            ;
    request->order = order ? order : ++service->orders;
    request->next = *place;
    *place = request;
}

void lock_queue_take(struct lock_service *service)
{
    struct lock_request *taken, *reversed = NULL;

    pthread_mutex_lock(&service->mutex);
    taken = service->queue;
    service->queue = NULL;
    pthread_mutex_unlock(&service->mutex);
    while (taken) {
        struct lock_request *next = taken->next;

        taken->next = reversed;
        reversed = taken;
        taken = next;
    }
    while (reversed) {
        taken = reversed->next;
        put(service, reversed);
        reversed = taken;
    }
}

/* Claims what is held before all else, since a server that was away may have forgotten
 * it. */
void lock_queue_claim(struct lock_service *service)
{
    struct lock_request *waiting = service->requests;
    struct lock_request **link = &service->requests;

    service->requests = NULL;
    pthread_mutex_lock(&service->mutex);
    for (struct lock_holder *holder = service->holders.first; holder;
         holder = holder->next)
        for (const struct lock_range *range = holder->ranges; range; range = range->next)
            append(service, &(struct lock_request){.holder = holder,
                                                   .errand = LOCK_RECLAIM,
                                                   .kind = range->kind,
                                                   .first = range->first,
                                                   .last = range->last});
    pthread_mutex_unlock(&service->mutex);
    while (*link)
        link = &(*link)->next;
    *link = waiting;
}

bool lock_queue_is_claim(const struct lock_request *request)
{
    return request->errand == LOCK_RECLAIM || request->errand == LOCK_REGAIN;
}

/* Drops older claims, which were for the connection before; they are made anew. */
void lock_queue_forget_claims(struct lock_service *service)
{
    struct lock_request *next;

    for (struct lock_request *request = service->requests; request; request = next) {
        next = request->next;
        if (lock_queue_is_claim(request))
            lock_queue_retire(service, request);
    }
}

void lock_queue_release(struct lock_service *service)
{
    pthread_mutex_lock(&service->mutex);
    for (struct lock_holder *holder = service->holders.first; holder;
         holder = holder->next)
        if (holder->ranges)
            append(service, &(struct lock_request){.holder = holder,
                                                   .errand = LOCK_RELEASE,
                                                   .last = LAST_BYTE});
    pthread_mutex_unlock(&service->mutex);
}
