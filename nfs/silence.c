/* silence.c: tells the keeper when the file server falls silent and answers again. */
#include "nfs/silence.h"

#include "lib/message.h"
#include "lib/protocol/client_message.h"
#include "nfs/call/call.h"

#include <nfsc/libnfs-raw-nfs.h>

#define PROBE_MS 2000 /* between two questions for nothing */
#define RETRY_MS 1000 /* for a busy keeper to read what it was told */

/* Returns the oldest call that the server owes an answer; calls are in order. A call that
 * its task has given up counts as well. */
static const struct call *oldest(const struct connection *connection)
{
    const struct call *call = connection->first;

    while (call && call->state != CALL_SENT && call->state != CALL_WAITING)
        call = call->next;
    return call;
}

/* Returns the number of calls that somebody waits for. */
static unsigned long waiting(const struct connection *connections, unsigned count)
{
    unsigned long calls = 0;

    for (unsigned i = 0; i < count; i++)
        for (const struct call *call = connections[i].first; call; call = call->next)
            calls += !call->given_up;
    return calls;
}

static long long last_heard(const struct connection *connections, unsigned count)
{
    long long heard = 0;

    for (unsigned i = 0; i < count; i++)
        heard = deadline_later(heard, connections[i].heard);
    return heard;
}

long long silence_since(const struct connection *connections, unsigned count)
{
    long long since = 0, lost = 0;
    bool is_up = false;

    for (unsigned i = 0; i < count; i++) {
        const struct call *call = oldest(&connections[i]);

        is_up |= connections[i].state == CONNECTION_UP;
        lost = deadline_later(lost, connections[i].lost);
        if (call && (since == 0 || call->started < since))
            since = call->started;
    }
    if (since == 0 && !is_up)
        since = lost;
    return since ? deadline_later(since, last_heard(connections, count)) : 0;
}

/* Tells the keeper, and destroys the word. */
static int tell(struct silence *silence, int socket, struct record *word)
{
    struct deadline at_once = deadline_after(0);
    int status = message_hand(socket, word, -1, &at_once, NULL);

    if (status < 0)
        silence->retry = clock_milliseconds() + RETRY_MS;
    return status;
}

static void tell_silence(struct silence *silence, const struct connection *connections,
                         unsigned count, int socket, long long now)
{
    long long began = silence->began ? silence->began : silence_since(connections, count);

    if (tell(silence, socket,
             client_message_silent(now - began, waiting(connections, count))) < 0)
        return;
    silence->began = began;
    silence->told = now;
}

/* Is also called when the context is thrown away. */
static void on_probe(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct connection *connection = data;

    (void)rpc;
    (void)result;
    connection->probing = false;
    if (status == RPC_STATUS_SUCCESS)
        connection_note_answer(connection);
}

/* Asks the server for nothing (a NULL call). Returns 0; or -1 when the connection is not
 * up. */
static int ask_for_nothing(struct connection *connection)
{
    if (connection->state != CONNECTION_UP)
        return -1;
    if (connection->probing)
        return 0;
    connection->probing = true;
    rpc_set_next_xid(connection->rpc, connection_next_transaction(connection));
    if (rpc_nfs3_null_async(connection->rpc, on_probe, connection) == 0)
        return 0;
    connection->probing = false;
    return -1;
}

/* Probes the first connection that is up. Calls that are under way serve as probes
 * themselves. */
static void probe(struct silence *silence, struct connection *connections, unsigned count,
                  long long now)
{
    if (now < silence->probed + PROBE_MS)
        return;
    silence->probed = now;
    for (unsigned i = 0; i < count; i++)
        if (oldest(&connections[i]))
            return;
    for (unsigned i = 0; i < count; i++)
        if (ask_for_nothing(&connections[i]) == 0)
            return;
}

int silence_wait(const struct silence *silence, const struct connection *connections,
                 unsigned count, long long now)
{
    long long since = silence_since(connections, count), until;

    if (silence->began)
        until = silence->probed + PROBE_MS;
    else if (since)
        until = since + CLIENT_SILENT_MS;
    else
        return -1;
    until = deadline_later(until, silence->retry);
    return until > now ? (int)(until - now) : 0;
}

void silence_service(struct silence *silence, struct connection *connections,
                     unsigned count, int socket, long long now)
{
    long long since = silence_since(connections, count);

    if (now < silence->retry)
        return;
    if (!silence->began) {
        if (since && now - since >= CLIENT_SILENT_MS)
            tell_silence(silence, connections, count, socket, now);
    } else if (last_heard(connections, count) > silence->began) {
        if (tell(silence, socket, client_message_answers()) == 0)
            silence->began = 0;
    } else {
        if (now >= silence->told + CLIENT_SILENT_MS)
            tell_silence(silence, connections, count, socket, now);
        probe(silence, connections, count, now);
    }
}
