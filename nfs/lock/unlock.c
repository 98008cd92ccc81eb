/* unlock.c: gives up the locks of a client that is dead, in its name. */
#include "nfs/lock/unlock.h"

#include "nfs/lock/lock_list.h"
#include "nfs/lock/lock_request.h"

#include <nfsc/libnfs-raw-nlm.h>

#include <errno.h>
#include <poll.h>
#include <string.h>

#define WINDOW 32 /* unlocks on the wire at a time */

struct unlock {
    struct client *client;
    struct rpc_context *rpc;
    struct deadline deadline;
    bool connected, broken, finished;
    unsigned next; /* the place in the list that comes next */
    unsigned on_the_way;
    struct one {
        struct unlock *unlock;
        unsigned place;
        bool used;
    } window[WINDOW];
};

/* Strikes the owner out, whatever the server says: it holds nothing for that owner, for
 * instance since the file is gone. */
static void on_result(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct one *one = data;
    struct lock_list list = {.fd = one->unlock->client->list};
    const struct NLM4_UNLOCKres *answered = result;

    (void)rpc;
    one->used = false;
    one->unlock->on_the_way--;
    if (status != RPC_STATUS_SUCCESS || !answered)
        one->unlock->broken = true;
    else if (answered->status != NLM4_DENIED_GRACE_PERIOD)
        lock_list_remove(&list, (int)one->place);
}

static void on_connect(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct unlock *unlock = data;

    (void)result;
    if (status == RPC_STATUS_SUCCESS && server_is_trusting(&unlock->client->server, rpc))
        unlock->connected = true;
    else
        unlock->broken = true;
}

static struct one *free_one(struct unlock *unlock)
{
    for (size_t i = 0; i < WINDOW; i++)
        if (!unlock->window[i].used)
            return &unlock->window[i];
    return NULL;
}

static void send_one(struct unlock *unlock, struct one *one,
                     const struct client_lock *lock)
{
    struct lock_holder holder = {.svid = (int32_t)lock->svid,
                                 .handle_length = lock->handle_length};
    struct lock_request request = {
        .holder = &holder, .errand = LOCK_RELEASE, .last = INT64_MAX};

    memcpy(holder.handle, lock->handle, lock->handle_length);
    *one = (struct one){.unlock = unlock, .place = unlock->next, .used = true};
    if (lock_request_send(&request, unlock->client->caller, unlock->rpc, on_result, one) <
        0) {
        one->used = false;
        unlock->broken = true;
        return;
    }
    unlock->on_the_way++;
}

static void send_more(struct unlock *unlock)
{
    struct client_lock lock;
    struct one *one;

    while (!unlock->broken && !unlock->finished && (one = free_one(unlock))) {
        if (lock_list_read(unlock->client->list, unlock->next, &lock) < 0)
            unlock->finished = true;
        else if (lock.handle_length > 0)
            send_one(unlock, one, &lock);
        unlock->next++;
    }
}

static void turn(struct unlock *unlock)
{
    struct pollfd socket = {.fd = rpc_get_fd(unlock->rpc),
                            .events = (short)rpc_which_events(unlock->rpc)};

    if (poll(&socket, 1, deadline_left(&unlock->deadline)) < 0) {
        unlock->broken = errno != EINTR;
        return;
    }
    if (rpc_service(unlock->rpc, socket.revents) < 0)
        unlock->broken = true;
    if (unlock->connected)
        send_more(unlock);
}

static void run(struct unlock *unlock)
{
    struct server *server = &unlock->client->server;

    if (server_resolve(server, &unlock->deadline, NULL) < 0 ||
        !(unlock->rpc = server_context(server)))
        return;
    if (rpc_connect_program_async(unlock->rpc, server->address, NLM_PROGRAM, NLM_V4,
                                  on_connect, unlock) < 0)
        unlock->broken = true;
    while (!unlock->broken && !(unlock->finished && unlock->on_the_way == 0) &&
           !deadline_passed(&unlock->deadline))
        turn(unlock);
    rpc_destroy_context(unlock->rpc);
}

void unlock_all(struct client *client)
{
    static struct unlock unlock;

    unlock.client = client;
    unlock.deadline = deadline_after(client->deadline_ms);
    run(&unlock);
}
