/* run_peer.h: the connections of a step's processes to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RUN_PEER_H
#define ATELIER_RUN_PEER_H

#include "deadline.h"
#include "proof.h"
#include "run_protocol.h"

#include <stdbool.h>
#include <stddef.h>

enum run_peer_state {
    PEER_NEW, /* it has not proven who it is: maybe a stranger */
    PEER_KNOWN,
    PEER_READY,
    PEER_ENDED
};

struct run_peer {
    int fd; /* -1 when it has closed */
    enum run_peer_state state;
    bool is_met; /* both have sent their nonces */
    struct proof proof;
    struct deadline silent; /* until when it may be PEER_NEW */
    unsigned rank;
    char node[RUN_WORD_SIZE], role[RUN_WORD_SIZE], log[RUN_WORD_SIZE];
    char line[RUN_LINE_SIZE];
    size_t length;
};

struct run_peers {
    int listener;
    unsigned port;
    struct proof_secret secret;
    struct run_peer *list;
    size_t count, room;
};

/* Listens at a free port of all addresses, with a fresh secret, for `tasks` processes.
 * Returns 0, or -1 with errno set. */
int run_peers_open(struct run_peers *peers, unsigned tasks);
void run_peers_close(struct run_peers *peers);

/* Takes a new connection. When the places or the descriptors are taken, who has been
 * PEER_NEW for longest is dropped for it. */
void run_peers_accept(struct run_peers *peers);

/* Drops who has been PEER_NEW for too long. Returns when that will be for the next: a
 * number of milliseconds, or -1. */
int run_peers_drop_silent(struct run_peers *peers);

/* Makes the place of a stranger free. */
void run_peer_drop(struct run_peer *peer);

/* What the peer says next, or NULL for nothing yet; `*ended` says that the connection has
 * ended, or that it was not the peer who spoke. It holds until the next call. */
const char *run_peer_read(struct run_peer *peer, bool *ended);

/* Who the peer, which is PEER_NEW, says that it is: then it is PEER_KNOWN, and `step`
 * (RUN_WORD_SIZE bytes) has the step's number. */
bool run_peer_greet(struct run_peer *peer, const char *text, char *step);

/* Tells one of the connected peers, or all, "go" or "end". */
void run_peer_tell(struct run_peer *peer, const char *order);
void run_peers_tell(struct run_peers *peers, const char *order);

#endif
