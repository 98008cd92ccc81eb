/* lock_service.c: calls the file server's lock manager (NLM version 4). */
#include "nfs/lock/lock_service.h"

#include "nfs/lock/lock_thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#define LAST_BYTE INT64_MAX

static void poke(const struct lock_service *service)
{
    uint64_t one = 1;

    if (write(service->wake, &one, sizeof(one)) < 0)
        return; /* the thread is awake anyway */
}

static void on_interrupt(fuse_req_t fuse, void *data)
{
    struct lock_request *request = data;

    (void)fuse;
    atomic_store(&request->interrupted, true);
    poke(request->holder->owner.volume->locks);
}

/* Makes up a name for a client that was given none: no keeper asks for its locks. */
static void make_up_name(char *caller, size_t size)
{
    char host[64] = "";
    unsigned random;

    gethostname(host, sizeof(host) - 1);
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random = (unsigned)getpid();
    snprintf(caller, size, "%s-%08x", host, random);
}

int lock_service_init(struct lock_service *service, const struct server *server,
                      const char *caller, int list)
{
    *service = (struct lock_service){.server = server, .holders = {.list = {.fd = list}}};
    snprintf(service->caller, sizeof(service->caller), "%s", caller);
    if (!*caller)
        make_up_name(service->caller, sizeof(service->caller));
    pthread_mutex_init(&service->mutex, NULL);
    STAILQ_INIT(&service->grants);
    service->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    service->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return service->wake < 0 || service->news < 0 ? -1 : 0;
}

/* Starts the thread with the first lock. The caller holds the mutex. */
static int start(struct lock_service *service)
{
    if (!service->started && !service->stopping)
        service->started =
            pthread_create(&service->thread, NULL, lock_thread_run, service) == 0;
    return service->started && !service->stopping ? 0 : -1;
}

static struct lock_holder *holder_for(struct lock_service *service,
                                      const struct lock_owner *owner,
                                      const struct lock_request *wish)
{
    struct lock_holder *holder;

    if (wish->errand != LOCK_RELEASE && wish->kind != LOCK_NONE)
        return start(service) < 0 ? NULL : lock_holder_get(&service->holders, owner);
    holder = lock_holder_find(&service->holders, owner);
    if (holder && wish->errand == LOCK_RELEASE)
        lock_holder_leave(holder);
    return holder;
}

/* Adds a request to the queue. The caller holds the mutex. Returns 0, or the errno for
 * the task. */
static int enqueue(struct lock_service *service, struct lock_holder *holder, pid_t pid,
                   const struct lock_request *wish)
{
    struct lock_request *request = calloc(1, sizeof(*request));

    if (!request)
        return ENOLCK;
    *request = *wish;
    request->holder = holder;
    request->next = service->queue;
    holder->requests++;
    holder->pid = pid;
    if (request->fuse)
        fuse_req_interrupt_func(request->fuse, on_interrupt, request);
    service->queue = request;
    return 0;
}

void lock_service_submit(struct lock_service *service, const struct lock_owner *owner,
                         pid_t pid, const struct lock_request *wish)
{
    struct lock_holder *holder;
    bool queued = false;
    int cause = wish->cause;

    pthread_mutex_lock(&service->mutex);
    holder = holder_for(service, owner, wish);
    if (holder) {
        cause = enqueue(service, holder, pid, wish);
        queued = cause == 0;
        lock_holder_drop(&service->holders, holder);
    } else if (wish->errand != LOCK_RELEASE && wish->kind != LOCK_NONE) {
        cause = ENOLCK;
    }
    pthread_mutex_unlock(&service->mutex);
    if (queued)
        poke(service);
    else if (wish->fuse)
        fuse_reply_err(wish->fuse, cause);
}

bool lock_service_excludes(struct lock_service *service, const struct lock_owner *owner)
{
    const struct lock_holder *holder;
    const struct lock_range *range;

    pthread_mutex_lock(&service->mutex);
    holder = lock_holder_find(&service->holders, owner);
    range = holder ? holder->ranges : NULL;
    while (range && range->kind != LOCK_EXCLUSIVE)
        range = range->next;
    pthread_mutex_unlock(&service->mutex);
    return range != NULL;
}

bool lock_service_knows(struct lock_service *service, const struct lock_owner *owner)
{
    bool known;

    pthread_mutex_lock(&service->mutex);
    known = lock_holder_find(&service->holders, owner) != NULL;
    pthread_mutex_unlock(&service->mutex);
    return known;
}

bool lock_service_close(struct lock_service *service, const struct lock_owner *owner)
{
    bool any;

    pthread_mutex_lock(&service->mutex);
    any = lock_holder_close(&service->holders, owner);
    pthread_mutex_unlock(&service->mutex);
    return any;
}

/* When there is no memory for a request, the locks stay until the service ends. */
void lock_service_release(struct lock_service *service, const struct lock_owner *owner)
{
    static const struct lock_request wish = {.errand = LOCK_RELEASE, .last = LAST_BYTE};
    struct lock_holder *holder;

    pthread_mutex_lock(&service->mutex);
    while ((holder = lock_holder_closed(&service->holders, owner))) {
        holder->owner.open_file = 0;
        enqueue(service, holder, holder->pid, &wish);
    }
    pthread_mutex_unlock(&service->mutex);
    poke(service);
}

void lock_service_undo(struct lock_service *service, const struct lock_owner *owner,
                       const struct lock_request *wish, uint64_t changes)
{
    struct lock_holder *holder;

    if (!service->server)
        return; /* the thread has ended, and all locks with it */
    pthread_mutex_lock(&service->mutex);
    holder = lock_holder_find(&service->holders, owner);
    if (holder && holder->requests == 0 && holder->changes == changes)
        enqueue(service, holder, holder->pid, wish);
    pthread_mutex_unlock(&service->mutex);
    poke(service);
}

void lock_service_stop(struct lock_service *service, int milliseconds)
{
    bool started;

    if (!service->server)
        return;
    pthread_mutex_lock(&service->mutex);
    started = service->started;
    service->stopping = true;
    service->end = deadline_after(milliseconds);
    pthread_mutex_unlock(&service->mutex);
    poke(service);
    if (started)
        pthread_join(service->thread, NULL);
    service->started = false;
    close(service->wake);
    close(service->news);
    pthread_mutex_destroy(&service->mutex);
    service->server = NULL;
}
