/* roll_peers.h: who is connected to a launch check (for roll_call.c and roll_answer.c).
 *
 * Anybody can connect. A peer that does not prove within seconds that it is of the step
 * is dropped, and so is the oldest such peer when places or descriptors run out. However
 * many strangers there are, a task finds a place, and keeps it while as many others
 * connect as there are places.
 */
#ifndef ATELIER_ROLL_PEERS_H
#define ATELIER_ROLL_PEERS_H

#include "lib/roll/roll_call.h"
#include "lib/roll/roll_message.h"

#include <sys/queue.h>

#define ROLL_STRANGERS 512 /* places for peers that are not the step's tasks */

struct roll_peer {
    TAILQ_ENTRY(roll_peer) link;
    struct roll_channel channel;
    bool proven; /* whether it has sent a proven message */
    bool entered;
    struct deadline silent; /* when it is dropped unless it is proven */
    struct roll_entry entry;
};

TAILQ_HEAD(roll_peer_list, roll_peer);

struct roll_peers {
    const struct roll_call *call;
    bool greets; /* whether it greets, as rank 0 does */
    /* Is called with the first message of a member. Returns whether the member may send
     * it. */
    bool (*hear)(struct roll_peers *peers, struct roll_peer *peer, enum roll_word word);
    /* Is called before a member that has gone is forgotten. */
    void (*leave)(struct roll_peers *peers, struct roll_peer *peer);
    void *owner;
    /* -1 when closed; `epoll` is readable when roll_peers_wait is to be called. */
    int listening, epoll;
    unsigned strange;
    struct roll_peer_list strangers, members;
};

/* Listens at the port of `peers->call`; the caller has filled all fields above. Returns
 * 0, or -1 with errno set. */
int roll_peers_open(struct roll_peers *peers);

/* Waits for at most `milliseconds`, and serves the peers that are ready. Returns whether
 * more may be. */
bool roll_peers_wait(struct roll_peers *peers, int milliseconds);

/* Stops listening; those who are connected stay. */
void roll_peers_stop_listening(struct roll_peers *peers);

/* Closes all. It does nothing when nothing was opened. */
void roll_peers_close(struct roll_peers *peers);

#endif
