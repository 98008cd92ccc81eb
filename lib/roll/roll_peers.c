/* roll_peers.c: holds the connections to the port of a launch check. */
#include "lib/roll/roll_peers.h"

#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SEND_MS 1000   /* for one message, which nearly always fits at once */
#define SILENT_MS 3000 /* how long a connection may stay unproven: a node may be busy */
#define EVENTS 64
#define ACCEPTED 16 /* at once; those that came before are heard in between */

int roll_peers_open(struct roll_peers *peers)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};

    TAILQ_INIT(&peers->strangers);
    TAILQ_INIT(&peers->members);
    peers->strange = 0;
    peers->epoll = -1;
    peers->listening = roll_socket_listen(peers->call->port);
    if (peers->listening < 0)
        return -1;
    peers->epoll = epoll_create1(EPOLL_CLOEXEC);
    return peers->epoll < 0 ||
                   epoll_ctl(peers->epoll, EPOLL_CTL_ADD, peers->listening, &event) < 0
               ? -1
               : 0;
}

static void forget(struct roll_peers *peers, struct roll_peer *peer)
{
    if (peer->proven) {
        peers->leave(peers, peer);
        TAILQ_REMOVE(&peers->members, peer, link);
    } else {
        TAILQ_REMOVE(&peers->strangers, peer, link);
        peers->strange--;
    }
    close(peer->channel.socket);
    free(peer);
}

static bool drop_oldest(struct roll_peers *peers)
{
    struct roll_peer *oldest = TAILQ_FIRST(&peers->strangers);

    if (oldest)
        forget(peers, oldest);
    return oldest != NULL;
}

static void drop_silent(struct roll_peers *peers)
{
    struct roll_peer *oldest;

    while ((oldest = TAILQ_FIRST(&peers->strangers)) && deadline_passed(&oldest->silent))
        forget(peers, oldest);
}

/* Makes a place for a stranger. There are places for all tasks, since all may come at
 * once. */
static struct roll_peer *make_place(struct roll_peers *peers)
{
    if (peers->strange >= peers->call->layout.tasks + ROLL_STRANGERS)
        drop_oldest(peers);
    return calloc(1, sizeof(struct roll_peer));
}

/* Accepts one connection. Returns whether another one may wait. */
static bool take_in(struct roll_peers *peers)
{
    int socket = roll_socket_accept(peers->listening);
    struct epoll_event event = {.events = EPOLLIN};
    struct roll_peer *peer;

    if (socket < 0)
        return (errno == EMFILE || errno == ENFILE) && drop_oldest(peers);
    peer = make_place(peers);
    event.data.ptr = peer;
    if (!peer ||
        roll_channel_begin(&peer->channel, socket, peers->call->secret, peers->call->step,
                           PROOF_LISTENS) < 0 ||
        epoll_ctl(peers->epoll, EPOLL_CTL_ADD, socket, &event) < 0) {
        free(peer);
        close(socket);
        return true;
    }
    peer->silent = deadline_after(SILENT_MS);
    TAILQ_INSERT_TAIL(&peers->strangers, peer, link);
    peers->strange++;
    return true;
}

static int greet(struct roll_peers *peers, struct roll_peer *peer)
{
    struct deadline soon = deadline_after(SEND_MS);

    if (roll_message_send(&peer->channel, ROLL_NONCE, NULL, &soon) < 0)
        return -1;
    return peers->greets ? roll_message_send(&peer->channel, ROLL_GREETING, NULL, &soon)
                         : 0;
}

/* Makes a stranger a member, since its message was proven to be of the step. */
static bool admit(struct roll_peers *peers, struct roll_peer *peer, enum roll_word word)
{
    TAILQ_REMOVE(&peers->strangers, peer, link);
    peers->strange--;
    TAILQ_INSERT_TAIL(&peers->members, peer, link);
    peer->proven = true;
    return peers->hear(peers, peer, word);
}

/* Reads what a peer says. A peer that is readable after its last message has closed the
 * connection. */
static void serve(struct roll_peers *peers, struct roll_peer *peer)
{
    enum roll_word word;
    int status = -1;

    while (!peer->proven &&
           (status = roll_message_read(&peer->channel, &word, &peer->entry)) > 0)
        if (word == ROLL_NONCE ? greet(peers, peer) < 0 : !admit(peers, peer, word)) {
            status = -1;
            break;
        }
    if (status < 0)
        forget(peers, peer);
}

/* The peers that are ready are served before others are taken in: making a place may drop
 * one of them. */
bool roll_peers_wait(struct roll_peers *peers, int milliseconds)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(peers->epoll, events, EVENTS, milliseconds);
    bool come = false;

    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr)
            serve(peers, events[i].data.ptr);
        else
            come = true;
    }
    drop_silent(peers);
    for (int i = 0; come && i < ACCEPTED; i++)
        come = take_in(peers);
    return come || count == EVENTS;
}

void roll_peers_stop_listening(struct roll_peers *peers)
{
    if (peers->listening >= 0)
        close(peers->listening);
    peers->listening = -1;
}

static void close_all(struct roll_peer_list *list)
{
    struct roll_peer *peer;

    while ((peer = TAILQ_FIRST(list))) {
        TAILQ_REMOVE(list, peer, link);
        close(peer->channel.socket);
        free(peer);
    }
}

void roll_peers_close(struct roll_peers *peers)
{
    roll_peers_stop_listening(peers);
    if (peers->epoll < 0)
        return;
    close(peers->epoll);
    peers->epoll = -1;
    close_all(&peers->strangers);
    close_all(&peers->members);
}
