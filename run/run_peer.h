/* run_peer.h: the connections of a step's processes to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RUN_PEER_H
#define ATELIER_RUN_PEER_H

#include "lib/deadline.h"
#include "lib/proof.h"
#include "lib/protocol/run_protocol.h"

#include <stdbool.h>
#include <stddef.h>

enum peer_state {
    PEER_NEW, /* it has not proven who it is: maybe a stranger */
    PEER_KNOWN,
    PEER_READY,
    PEER_ENDED
};

struct peer {
    int fd; /* -1 when it has closed */
    enum peer_state state;
    bool is_met; /* both have sent their nonces */
    struct proof proof;
    struct deadline silent; /* until when it may be PEER_NEW */
    unsigned rank;
    char node[RUN_WORD_SIZE], role[RUN_WORD_SIZE], log[RUN_WORD_SIZE];
    char line[RUN_LINE_SIZE];
    size_t length;
};

struct peers {
    int listener;
    unsigned port;
    struct proof_secret secret;
    struct peer *list;
    size_t count, room;
};

/* Listens at a free port of all addresses, with a fresh secret, for `tasks` processes.
 * Returns 0, or -1 with errno set. */
int peers_open(struct peers *peers, unsigned tasks);
void peers_close(struct peers *peers);

/* Takes a new connection. When the places or the descriptors are taken, who has been
 * PEER_NEW for longest is dropped for it. */
void peers_accept(struct peers *peers);

/* Drops who has been PEER_NEW for too long. Returns when that will be for the next: a
 * number of milliseconds, or -1. */
int peers_drop_silent(struct peers *peers);

/* Makes the place of a stranger free. */
void peer_drop(struct peer *peer);

/* What the peer says next, or NULL for nothing yet; `*ended` says that the connection has
 * ended, or that it was not the peer who spoke. It holds until the next call. */
const char *peer_read(struct peer *peer, bool *ended);

/* Who the peer, which is PEER_NEW, says that it is: then it is PEER_KNOWN, and `step`
 * (RUN_WORD_SIZE bytes) has the step's number. */
bool peer_greet(struct peer *peer, const char *text, char *step);

/* Tells one of the connected peers, or all, "go" or "end". */
void peer_tell(struct peer *peer, const char *order);
void peers_tell(struct peers *peers, const char *order);

#endif
