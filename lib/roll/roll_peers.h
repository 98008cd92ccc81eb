/* roll_peers.h: who is connected to the port of a launch check (for roll_call.c and
 * roll_answer.c).
 *
 * Anybody can connect. Who has not proven to be of the step within seconds is dropped,
 * and the oldest of these when the places or the descriptors are taken: however many
 * strangers there are, a task finds a place, and has it for as long as the connections
 * need that come after its own.
 */
#ifndef ATELIER_ROLL_PEERS_H
#define ATELIER_ROLL_PEERS_H

#include "lib/roll/roll_call.h"
#include "lib/roll/roll_message.h"

#include <sys/queue.h>

#define ROLL_STRANGERS 512 /* places beyond the tasks' */

struct roll_peer {
    TAILQ_ENTRY(roll_peer) link;
    struct roll_channel channel;
    bool proven; /* has said what it had to say */
    bool entered;
    struct deadline silent; /* until when it may be a stranger */
    struct roll_entry entry;
};

TAILQ_HEAD(roll_peer_list, roll_peer);

struct roll_peers {
    const struct roll_call *call;
    bool greets; /* rank 0 does */
    /* Called with the first message of a member; whether it is one that it may send. */
    bool (*hear)(struct roll_peers *peers, struct roll_peer *peer, enum roll_word word);
    /* Called before a member that has gone is forgotten. */
    void (*leave)(struct roll_peers *peers, struct roll_peer *peer);
    void *owner;
    int listening, epoll; /* -1 when it is closed; the second is readable for wait() */
    unsigned strange;
    struct roll_peer_list strangers, members;
};

/* Listens at the port of `peers->call`, all above being filled. Returns 0, or -1 with
 * errno set. */
int roll_peers_open(struct roll_peers *peers);

/* Waits for at most so long, and serves who is ready. Returns whether more may be. */
bool roll_peers_wait(struct roll_peers *peers, int milliseconds);

/* Nobody comes any more; who is connected stays. */
void roll_peers_stop_listening(struct roll_peers *peers);

/* Closes all. Does nothing when it was never open. */
void roll_peers_close(struct roll_peers *peers);

#endif
