/* run_peer.h: the connections of a step's processes to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RUN_PEER_H
#define ATELIER_RUN_PEER_H

#include "run_protocol.h"

#include <stdbool.h>
#include <stddef.h>

enum peer_state {
    PEER_NEW, /* it has not said who it is */
    PEER_KNOWN,
    PEER_READY,
    PEER_ENDED
};

struct peer {
    int fd; /* -1 when it has closed */
    enum peer_state state;
    unsigned rank;
    char node[RUN_WORD_SIZE], role[RUN_WORD_SIZE], log[RUN_WORD_SIZE];
    char line[RUN_LINE_SIZE];
    size_t length;
};

struct peers {
    int listener;
    unsigned port;
    char cookie[RUN_COOKIE_SIZE];
    struct peer *list;
    size_t count, room;
};

/* Listens at a free port of all addresses, with a fresh cookie, for `tasks` processes.
 * Returns 0, or -1 with errno set. */
int peers_open(struct peers *peers, unsigned tasks);
void peers_close(struct peers *peers);

/* Takes a new connection. */
void peers_accept(struct peers *peers);

/* The next whole line of the peer, without its newline, or NULL for none yet; `*ended`
 * says that the connection has ended. The line holds until the next call. */
const char *peer_read(struct peer *peer, bool *ended);

/* Who the peer says that it is, when `line` is a hello with the right cookie: then it is
 * PEER_KNOWN, and `step` (RUN_WORD_SIZE bytes) has the step's number. */
bool peer_greet(const struct peers *peers, struct peer *peer, const char *line,
                char *step);

/* Tells one of the connected peers, or all, "go" or "end". */
void peer_tell(const struct peer *peer, const char *order);
void peers_tell(const struct peers *peers, const char *order);

#endif
