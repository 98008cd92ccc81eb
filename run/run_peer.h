/* run_peer.h: the connections of a step's processes to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RUN_PEER_H
#define ATELIER_RUN_PEER_H

#include "lib/deadline.h"
#include "lib/protocol/proof.h"
#include "lib/protocol/run_message.h"

#include <stdbool.h>
#include <stddef.h>

enum run_peer_state {
    PEER_NEW, /* it has not proven who it is, so it may be a stranger */
    PEER_KNOWN,
    PEER_READY,
    PEER_ENDED
};

struct run_peer {
    int fd; /* -1 when it has closed */
    enum run_peer_state state;
    bool is_met; /* whether both sides have sent their nonces */
    struct proof proof;
    struct deadline silent; /* how long it may stay PEER_NEW */
    struct run_rank rank;
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

/* Listens at a free port of all addresses, with a new secret, for `tasks` processes.
 * Returns 0, or -1 with errno set. */
int run_peers_open(struct run_peers *peers, unsigned tasks);
void run_peers_close(struct run_peers *peers);

/* Takes a new connection. When places or descriptors run out, the peer that has been
 * PEER_NEW for longest is dropped for it. */
void run_peers_accept(struct run_peers *peers);

/* Drops peers that have been PEER_NEW for too long. Returns in how many milliseconds the
 * next one is due, or -1. */
int run_peers_drop_silent(struct run_peers *peers);

/* Frees the place of a stranger. */
void run_peer_drop(struct run_peer *peer);

/* Returns the peer's next line, or NULL when none has come yet; it holds until the next
 * call. `*ended` says that the connection has ended, or that somebody else spoke. */
const char *run_peer_read(struct run_peer *peer, bool *ended);

/* Reads who a peer says it is. Returns whether it does; then the peer, which was
 * PEER_NEW, is PEER_KNOWN. */
bool run_peer_greet(struct run_peer *peer, const char *text);

/* Tell one of the connected peers, or all of them, "go" or "end". */
void run_peer_tell(struct run_peer *peer, const char *order);
void run_peers_tell(struct run_peers *peers, const char *order);

#endif
