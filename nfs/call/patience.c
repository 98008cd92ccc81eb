/* patience.c: decides how long a call waits for the file server. */
#include "nfs/call/patience.h"

#include "nfs/call/call.h"
#include "nfs/call/caller.h"

#define AGAIN_MS 100 /* for root's next call, after one that has waited in vain */
#define LOOK_MS 1000 /* between two looks whether a call of the job's is in root's way */

/* Returns whether root has waited in vain since the server was last heard. */
static bool is_vain(const struct connection *connections, unsigned count)
{
    long long heard = 0, vain = 0;

    for (unsigned i = 0; i < count; i++) {
        if (connections[i].heard > heard)
            heard = connections[i].heard;
        if (connections[i].vain > vain)
            vain = connections[i].vain;
    }
    return vain > heard;
}

/* Returns how long a call of root's waits. */
static long long roots_time(const struct connection *connections, unsigned count)
{
    long long time = connections->server->root_ms;

    return time > AGAIN_MS && is_vain(connections, count) ? AGAIN_MS : time;
}

bool patience_is_over(const struct call *call)
{
    const struct volume *volume = call->volume;
    const struct fuse_ctx *context = call->request ? fuse_req_ctx(call->request) : NULL;

    return context && is_vain(volume->connections, volume->server->entry.connections) &&
           caller_is_root(context->pid, context->uid);
}

/* Returns the oldest call of a soft volume that can be given up; all others are
 * younger. */
static struct call *oldest(const struct connection *connection)
{
    struct call *call = connection->server->entry.is_soft ? connection->first : NULL;

    while (call && call->given_up)
        call = call->next;
    return call;
}

/* Returns the oldest call from `call` on that may be root's, or in root's way. */
static struct call *unknown(struct call *call)
{
    while (call && (!call->request || (call->for_job && !call->locks)))
        call = call->next;
    return call;
}

/* Returns when the task of such a call is looked at; root's calls wait for `time`. */
static long long look_time(const struct call *call, long long time)
{
    return call->for_job ? call->looked + LOOK_MS : call->started + time;
}

/* Returns when the next task is to be looked at; INT64_MAX: none. */
static long long next_look(const struct connection *connection, long long time)
{
    long long next = INT64_MAX;

    for (struct call *call = unknown(connection->first); call;
         call = unknown(call->next)) {
        if (look_time(call, time) < next)
            next = look_time(call, time);
        if (!call->for_job)
            break; /* the others are younger */
    }
    return next;
}

int patience_wait(const struct connection *connections, unsigned count, long long now)
{
    long long roots = roots_time(connections, count), until = INT64_MAX;

    for (unsigned i = 0; i < count; i++) {
        const struct call *late = oldest(&connections[i]);
        long long look = next_look(&connections[i], roots);

        if (late && late->started + connections->server->entry.timeout_ms < until)
            until = late->started + connections->server->entry.timeout_ms;
        if (look < until)
            until = look;
    }
    if (until == INT64_MAX)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

/* Fails a soft volume's calls whose time is over; each may take others along. */
static void give_up_late(struct connection *connection, long long now)
{
    struct call *call;

    while ((call = oldest(connection)) &&
           call->started + connection->server->entry.timeout_ms <= now)
        call_give_up(call);
}

/* Returns whether root has waited for the lock that the call of the job's holds, longer
 * than it does for a call of its own. */
static bool is_in_the_way(struct call *call, long long now)
{
    call->looked = now;
    if (!call->locks || !caller_holds_root_up(fuse_req_ctx(call->request)->pid))
        call->in_the_way = 0;
    else if (call->in_the_way == 0)
        call->in_the_way = now;
    return call->in_the_way > 0 &&
           now - call->in_the_way > call->connection->server->root_ms;
}

static void excuse_root(struct connection *connection, long long time, long long now)
{
    struct call *call = unknown(connection->first), *next;

    for (; call && call->started + time <= now; call = next) {
        const struct fuse_ctx *context = fuse_req_ctx(call->request);

        next = unknown(call->next);
        if (look_time(call, time) > now)
            continue;
        if (!call->for_job && caller_is_root(context->pid, context->uid)) {
            connection->vain = now;
            call_excuse(call);
            continue;
        }
        call->for_job = true;
        if (is_in_the_way(call, now))
            call_give_up(call);
    }
}

void patience_service(struct connection *connections, unsigned count, long long now)
{
    long long roots = roots_time(connections, count);

    for (unsigned i = 0; i < count; i++) {
        give_up_late(&connections[i], now);
        excuse_root(&connections[i], roots, now);
    }
}
