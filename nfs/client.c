/* client.c: runs the loop that serves the volumes. */
#include "nfs/client.h"

#include "lib/message.h"
#include "lib/protocol/client_message.h"
#include "nfs/call/patience.h"
#include "nfs/name/prune.h"
#include "nfs/preflight.h"
#include "nfs/session.h"
#include "nfs/turn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MS 2000      /* for the keeper to take an answer */
#define UNLOCK_MS 200       /* of the time after stop, for locks that nobody gave up */
#define CALLS_MOST 2048     /* under way, of about a kilobyte each */
#define CALLS_WAITING 16384 /* likewise, while the server is silent */
#define OTHERS 3 /* other descriptors to wait for: the keeper's and two threads' */
#define PARKED_WAITING ((size_t)128 << 20) /* of writers that wait for room, likewise */

/* The lock service costs nothing until somebody locks. */
static int start_locks(struct client *client, struct error *error)
{
    if (client->server.entry.locks_on_node)
        return 0;
    if (lock_service_init(&client->locks, &client->server, client->caller, client->list) <
        0)
        return error_set(error, ERROR_NODE, "out of descriptors");
    for (size_t i = 0; i < client->volume_count; i++)
        client->volumes[i].locks = &client->locks;
    return 0;
}

static int start_pages(struct client *client, struct error *error)
{
    if (pages_init(&client->pages) < 0)
        return error_set(error, ERROR_NODE, "out of descriptors");
    for (size_t i = 0; i < client->volume_count; i++)
        client->volumes[i].pages = &client->pages;
    return 0;
}

int client_connect(struct client *client, struct error *error)
{
    struct preflight preflight = {.server = &client->server,
                                  .volumes = client->volumes,
                                  .volume_count = client->volume_count,
                                  .keeper = client->keeper,
                                  .milliseconds = client->deadline_ms,
                                  .deadline = deadline_after(client->deadline_ms)};
    struct rpc_context *rpc = preflight_run(&preflight, error);

    client->culprit = preflight.culprit;
    client->is_partial = preflight.is_partial;
    if (!rpc)
        return -1;
    for (unsigned i = 0; i < client->server.entry.connections; i++)
        connection_init(&client->connections[i], &client->server, i == 0 ? rpc : NULL);
    return start_pages(client, error) < 0 ? -1 : start_locks(client, error);
}

/* Answers the keeper. Returns 0 or -1. */
static int answer(const struct client *client, struct record *record)
{
    struct deadline deadline = deadline_after(ANSWER_MS);

    return message_hand(client->keeper, record, -1, &deadline, NULL);
}

void client_report_failure(const struct client *client, const struct error *error)
{
    answer(client, client_message_failed(error, client->culprit));
}

static int serve_volume(struct client *client, const struct record *request, int fd)
{
    struct error error = {0};
    size_t index;

    if (client_message_read_serve(request, client->volume_count, &index, &error) == 0 &&
        session_open(&client->volumes[index], fd, &error) == 0)
        return answer(client, client_message_serving());
    client_report_failure(client, &error);
    return -1;
}

static int report_stop(const struct client *client)
{
    struct client_bytes bytes[CLIENT_VOLUMES_MAX];

    for (size_t i = 0; i < client->volume_count; i++) {
        const struct volume *volume = &client->volumes[i];

        bytes[i] = (struct client_bytes){.read = volume->bytes_read,
                                         .written = volume->bytes_written,
                                         .lost = volume->bytes_lost};
    }
    return answer(client, client_message_stopped(bytes, client->volume_count));
}

/* Returns for how many milliseconds a client that has much in hand may leave requests
 * unread when the server is silent: a task of root's may be among those that wait to be
 * read. -1: the server is not silent. */
static int deaf_time(const struct client *client, long long now)
{
    long long since =
        silence_since(client->connections, client->server.entry.connections);
    long long until = since + client->server.root_ms;

    if (since == 0)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

/* Returns whether the kernel's further requests are left unread for a while, since there
 * is much in hand. Calls that wait for pages to be written do not count: the writes are
 * among the unread requests. */
static bool is_deaf(const struct client *client, long long now)
{
    bool listens = deaf_time(client, now) == 0;
    unsigned calls = 0;

    for (unsigned i = 0; i < client->server.entry.connections; i++)
        calls += client->connections[i].calls;
    calls -= client->pages.waiting;
    return calls >= (listens ? CALLS_WAITING : CALLS_MOST) ||
           client->writeback.parked >= (listens ? PARKED_WAITING : WRITES_PARKED_MOST);
}

/* Fills in what to wait for: the keeper, the threads, the connections and the volumes.
 * Returns for how many milliseconds. */
static int prepare(const struct client *client, struct pollfd *sockets, bool deaf)
{
    long long now = clock_milliseconds();
    int wait = deadline_sooner(writeback_wait(&client->writeback, now),
                               silence_wait(&client->silence, client->connections,
                                            client->server.entry.connections, now));

    wait = deadline_sooner(
        wait, patience_wait(client->connections, client->server.entry.connections, now));
    if (deaf)
        wait = deadline_sooner(wait, deaf_time(client, now));
    wait = deadline_sooner(
        wait, unsafe_wait(&client->unsafe, client->volumes, client->volume_count, now));
    wait = deadline_sooner(
        wait, crowd_wait(&client->crowd, client->volumes, client->volume_count, now));
    *sockets++ = (struct pollfd){.fd = client->keeper, .events = POLLIN};
    *sockets++ = (struct pollfd){.fd = client->pages.news, .events = POLLIN};
    *sockets++ = (struct pollfd){
        .fd = client->server.entry.locks_on_node ? -1 : client->locks.news,
        .events = POLLIN};
    for (unsigned i = 0; i < client->server.entry.connections; i++)
        wait = deadline_sooner(wait,
                               connection_poll(&client->connections[i], sockets++, deaf));
    for (size_t i = 0; i < client->volume_count; i++)
        *sockets++ = (struct pollfd){
            .fd = deaf ? -1 : session_descriptor(&client->volumes[i]), .events = POLLIN};
    return wait;
}

/* Does one turn of the loop: waits at most `milliseconds` (-1: until something happens),
 * and then does all that can be done without waiting. Returns whether the keeper has
 * something to say. */
static bool turn(struct client *client, int milliseconds)
{
    struct pollfd sockets[OTHERS + SERVER_CONNECTIONS_MAX + CLIENT_VOLUMES_MAX];
    unsigned connections = client->server.entry.connections;
    bool deaf = is_deaf(client, clock_milliseconds());
    int wait = deadline_sooner(milliseconds, prepare(client, sockets, deaf));

    if (turn_wait(sockets, OTHERS + connections + client->volume_count, wait) < 0)
        return false;
    for (unsigned i = 0; i < connections; i++)
        connection_service(&client->connections[i], sockets[OTHERS + i].revents, deaf);
    patience_service(client->connections, connections, clock_milliseconds());
    if (sockets[1].revents)
        pages_service(&client->pages);
    if (sockets[2].revents)
        lock_grants_take(&client->locks);
    for (size_t i = 0; i < client->volume_count; i++)
        if (sockets[OTHERS + connections + i].revents)
            session_service(&client->volumes[i]);
    writeback_service(&client->writeback);
    for (unsigned i = 0; i < connections; i++)
        connection_flush(&client->connections[i]);
    silence_service(&client->silence, client->connections, connections, client->keeper,
                    clock_milliseconds());
    unsafe_service(&client->unsafe, client->volumes, client->volume_count, client->keeper,
                   clock_milliseconds());
    crowd_service(&client->crowd, client->volumes, client->volume_count, client->keeper,
                  clock_milliseconds());
    return sockets[0].revents != 0;
}

static bool is_idle(const struct client *client)
{
    for (unsigned i = 0; i < client->server.entry.connections; i++)
        if (client->connections[i].first)
            return false;
    return TAILQ_EMPTY(&client->writeback.files);
}

/* Serves what is still on its way out: data of mappings and of killed programs, and names
 * of removed files that were open to the end. */
static void drain(struct client *client)
{
    struct deadline deadline = deadline_after(CLIENT_STOP_MS - UNLOCK_MS);

    writeback_press(&client->writeback);
    while (!is_idle(client) && !deadline_passed(&deadline))
        turn(client, deadline_left(&deadline));
    writeback_lose(&client->writeback);
}

static int report_ready(const struct client *client)
{
    return answer(client,
                  client_message_ready(client->is_partial ? CLIENT_PART_SERVICE : NULL));
}

static int stop(struct client *client)
{
    drain(client);
    lock_service_stop(&client->locks, UNLOCK_MS);
    return report_stop(client) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Does what the keeper says, or ends when it is gone, and the mounts with it. Returns the
 * exit status; or -1 to go on. */
static int obey(struct client *client)
{
    struct deadline deadline = deadline_after(ANSWER_MS);
    struct record *request = NULL;
    int fd, status;

    if (message_receive(client->keeper, &request, &fd, &deadline, NULL) < 0)
        return EXIT_FAILURE;
    switch (client_message_request(request)) {
    case CLIENT_STOP:
        status = stop(client);
        break;
    case CLIENT_PING:
        status = answer(client, client_message_alive()) < 0 ? EXIT_FAILURE : -1;
        break;
    default:
        status = serve_volume(client, request, fd) < 0 ? EXIT_FAILURE : -1;
    }
    record_destroy(request);
    return status;
}

static void tell_unsafe(void *data)
{
    struct client *client = data;

    unsafe_tell(&client->unsafe, client->volumes, client->volume_count, client->keeper,
                clock_milliseconds());
}

int client_serve(struct client *client)
{
    int status = -1;

    client->writeback.tell = tell_unsafe;
    client->writeback.teller = client;
    if (report_ready(client) < 0)
        return EXIT_FAILURE;
    while (status < 0)
        if (turn(client, -1))
            status = obey(client);
    return status;
}

void client_release(struct client *client)
{
    lock_service_stop(&client->locks, 0);
    if (client->pages.news > 0)
        pages_release(&client->pages);
    for (unsigned i = 0; i < client->server.entry.connections; i++)
        if (client->connections[i].server)
            connection_release(&client->connections[i]);
    writeback_release(&client->writeback);
    for (size_t i = 0; i < client->volume_count; i++) {
        session_close(&client->volumes[i]);
        inode_table_release(&client->volumes[i].inodes);
    }
}
