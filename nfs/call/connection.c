/* connection.c: keeps up a TCP connection to the file server. */
#include "nfs/call/connection.h"

#include "nfs/call/call.h"
#include "nfs/call/caller.h"
#include "nfs/call/port.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <sys/random.h>

#define PAUSE_LAST_MS 3000
#define ATTEMPT_MS 10000
#define INTERRUPT_MS 100 /* how often a task with a pending signal is looked at */
/* The longest that an exiting task waits, which cannot be killed. */
#define EXIT_MS 10000
#define PATIENCE 10          /* timeouts that a call waits while others are answered */
#define SILENCE_MS 60000u    /* of a peer that acknowledges nothing, and so is gone */
#define KEEPALIVE_SECONDS 20 /* by which an idle connection finds out as well */

static void set_option(int fd, int level, int option, unsigned value)
{
    setsockopt(fd, level, option, &value, sizeof(value));
}

static void tune(struct rpc_context *rpc)
{
    int fd = rpc_get_fd(rpc);

    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, SILENCE_MS);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS);
}

static void mark_up(struct connection *connection)
{
    connection->state = CONNECTION_UP;
    connection->pause = (struct back_off){0};
    connection->port = port_of(rpc_get_fd(connection->rpc));
    tune(connection->rpc);
}

void connection_init(struct connection *connection, const struct server *server,
                     struct rpc_context *rpc)
{
    *connection = (struct connection){.server = server, .rpc = rpc};
    if (getrandom(&connection->transaction, sizeof(connection->transaction),
                  GRND_NONBLOCK) < 0)
        connection->transaction = (uint32_t)clock_milliseconds();
    if (rpc)
        mark_up(connection);
}

static void drop_context(struct connection *connection)
{
    struct rpc_context *rpc = connection->rpc;

    connection->rpc = NULL;
    connection->state = CONNECTION_DOWN;
    if (rpc)
        rpc_destroy_context(rpc);
    connection->established = connection->broken = false;
}

void connection_release(struct connection *connection)
{
    drop_context(connection);
    while (connection->first)
        call_finish(connection->first);
}

/* Settles failed calls, since it is known only after libnfs has returned whether a call
 * failed with the connection or by itself. What waited for a failed write goes on and may
 * end too, the next call among it: so the search begins anew. */
static void settle_failures(struct connection *connection)
{
    struct call *call = connection->failures ? connection->first : NULL;

    connection->failures = false;
    while (call) {
        bool failed = call->state == CALL_FAILED;

        if (failed)
            call_fail(call, call->cause);
        call = failed ? connection->first : call->next;
    }
}

static void lose(struct connection *connection)
{
    struct call *next;

    if (connection->state == CONNECTION_UP)
        connection->lost = clock_milliseconds();
    drop_context(connection);
    for (struct call *call = connection->first; call; call = next) {
        next = call->next;
        if (call->given_up)
            call_finish(call);
        else if (call->state == CALL_SENT || call->state == CALL_FAILED)
            call->state = CALL_WAITING;
    }
    connection->failures = false;
    connection->at =
        back_off_until(&connection->pause, PAUSE_LAST_MS, clock_milliseconds());
}

static void on_connect(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct connection *connection = data;

    (void)result;
    if (status == RPC_STATUS_SUCCESS && server_is_trusting(connection->server, rpc))
        connection->established = true;
    else
        connection->broken = true;
}

static void attempt(struct connection *connection)
{
    const struct server *server = connection->server;
    int started;

    connection->rpc = server_context(server);
    if (!connection->rpc) {
        lose(connection);
        return;
    }
    port_want(connection->port);
    if (server->entry.port)
        started =
            rpc_connect_port_async(connection->rpc, server->address, server->entry.port,
                                   NFS_PROGRAM, NFS_V3, on_connect, connection);
    else
        started = rpc_connect_program_async(connection->rpc, server->address, NFS_PROGRAM,
                                            NFS_V3, on_connect, connection);
    port_want(0);
    connection->state = CONNECTION_STARTED;
    connection->at = clock_milliseconds() + ATTEMPT_MS;
    if (started < 0)
        lose(connection);
}

static void transmit_all(struct connection *connection)
{
    struct call *next;

    for (struct call *call = connection->first; call; call = next) {
        next = call->next;
        if (call->state == CALL_WAITING)
            call_transmit(call, connection->rpc);
    }
}

static void transmit_delayed(struct connection *connection, long long now)
{
    struct call *next;

    for (struct call *call = connection->first; call; call = next) {
        next = call->next;
        if (call->state != CALL_DELAYED || call->at > now)
            continue;
        call->state = CALL_WAITING;
        if (connection->state == CONNECTION_UP)
            call_transmit(call, connection->rpc);
    }
}

static bool watches_tasks(const struct connection *connection, bool deaf)
{
    return connection->interrupted > 0 || connection->forced > 0 || deaf;
}

/* Returns whether the task dies. The kernel tells of signals, but not when the task is
 * exiting already (forced), nor while nobody reads its requests (deaf). */
static bool is_dying(const struct call *call, bool deaf, long long now)
{
    pid_t task;

    if (!call->request || !(call->interrupted || call->forced || deaf))
        return false;
    task = fuse_req_ctx(call->request)->pid;
    if (caller_is_dying(task))
        return true;
    return call->forced && now - call->started >= EXIT_MS && caller_is_exiting(task);
}

static void release_dying(struct connection *connection, bool deaf, long long now)
{
    struct call *next;

    if (!watches_tasks(connection, deaf) || now < connection->looked + INTERRUPT_MS)
        return;
    connection->looked = now;
    for (struct call *call = connection->first; call; call = next) {
        next = call->next;
        if (is_dying(call, deaf, now))
            call_abandon(call, EINTR);
    }
}

/* Returns when the call that was sent first will have waited for too long. A server drops
 * a repeated call that it is still working on, and sends the answer to the connection
 * that broke. INT64_MAX: never, as on a soft volume, whose calls end by themselves. */
static long long silence_ends(const struct connection *connection)
{
    const struct call *call = connection->first;
    long long timeout = connection->server->entry.timeout_ms, quiet, late;

    while (call && (call->state != CALL_SENT || call->given_up))
        call = call->next;
    if (!call || connection->state != CONNECTION_UP || connection->server->entry.is_soft)
        return INT64_MAX;
    quiet = (connection->heard > call->sent ? connection->heard : call->sent) + timeout;
    late = call->sent + PATIENCE * timeout;
    return quiet < late ? quiet : late;
}

int connection_poll(const struct connection *connection, struct pollfd *poll_socket,
                    bool deaf)
{
    long long now = clock_milliseconds();
    long long until =
        connection->state == CONNECTION_UP ? silence_ends(connection) : connection->at;

    poll_socket->fd = connection->rpc ? rpc_get_fd(connection->rpc) : -1;
    poll_socket->events =
        connection->rpc ? (short)rpc_which_events(connection->rpc) : (short)0;
    if (connection->failures)
        until = now;
    if (watches_tasks(connection, deaf) && until > now + INTERRUPT_MS)
        until = now + INTERRUPT_MS;
    for (const struct call *call = connection->first; call; call = call->next)
        if (call->state == CALL_DELAYED && call->at < until)
            until = call->at;
    if (until == INT64_MAX)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

/* Serves libnfs, which connects once more at the portmapper's answer. */
static int serve_rpc(struct connection *connection, int events)
{
    int result;

    port_want(connection->port);
    result = rpc_service(connection->rpc, events);
    port_want(0);
    return result;
}

static void serve_context(struct connection *connection, int events)
{
    if (events && serve_rpc(connection, events) < 0)
        connection->broken = true;
    if (connection->broken) {
        lose(connection);
        return;
    }
    settle_failures(connection);
    if (connection->established) {
        connection->established = false;
        mark_up(connection);
        transmit_all(connection);
    }
}

void connection_service(struct connection *connection, int events, bool deaf)
{
    long long now = clock_milliseconds();

    if (connection->rpc)
        serve_context(connection, events);
    if (connection->state == CONNECTION_STARTED && connection->at <= now)
        lose(connection);
    else if (connection->state == CONNECTION_DOWN && connection->at <= now)
        attempt(connection);
    else if (silence_ends(connection) <= now)
        lose(connection);
    transmit_delayed(connection, now);
    release_dying(connection, deaf, now);
}

void connection_flush(struct connection *connection)
{
    if (connection->state == CONNECTION_UP && rpc_which_events(connection->rpc) & POLLOUT)
        serve_context(connection, POLLOUT);
}

struct connection *connection_choose(struct connection *connections, unsigned count)
{
    struct connection *best = connections;

    for (struct connection *other = connections; other < connections + count; other++) {
        bool up = other->state == CONNECTION_UP;

        if (up != (best->state == CONNECTION_UP) ? up : other->calls < best->calls)
            best = other;
    }
    return best;
}

void connection_add(struct connection *connection, struct call *call)
{
    call->previous = connection->last;
    call->next = NULL;
    if (connection->last)
        connection->last->next = call;
    else
        connection->first = call;
    connection->last = call;
    connection->calls++;
}

void connection_remove(struct connection *connection, struct call *call)
{
    connection->calls--;
    if (call->interrupted)
        connection->interrupted--;
    if (call->forced)
        connection->forced--;
    if (call->previous)
        call->previous->next = call->next;
    else
        connection->first = call->next;
    if (call->next)
        call->next->previous = call->previous;
    else
        connection->last = call->previous;
}

void connection_note_failure(struct connection *connection)
{
    connection->failures = true;
}

void connection_note_answer(struct connection *connection)
{
    connection->heard = clock_milliseconds();
}

uint32_t connection_next_transaction(struct connection *connection)
{
    if (++connection->transaction == 0)
        connection->transaction = 1;
    return connection->transaction;
}
