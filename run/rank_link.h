/* rank_link.h: a rank's connection to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RANK_LINK_H
#define ATELIER_RANK_LINK_H

#include "lib/error.h"
#include "lib/proof.h"
#include "lib/protocol/run_protocol.h"

#include <stdbool.h>
#include <stddef.h>

struct rank_link {
    int fd; /* -1 when there is none, or it has ended */
    struct proof_secret secret;
    struct proof proof;
    char line[RUN_LINE_SIZE];
    size_t length;
};

enum rank_order { RANK_WAIT, RANK_GO, RANK_END };

/* Connects by what the environment says, within 30 seconds, to `atelier run` and nobody
 * else, says `introduction` there, and takes the secret and the port out of the
 * environment of what is started later. `link` must stay at its place. Returns 0, or -1
 * with `error` filled. */
int rank_link_open(struct rank_link *link, const char *introduction, struct error *error);

/* Sends a line. That it cannot be sent is noticed when reading. */
void rank_link_say(struct rank_link *link, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next order, when `fd` can be read: RANK_WAIT for none yet, RANK_END also when the
 * connection has ended, and `fd` is then -1. */
enum rank_order rank_link_read(struct rank_link *link);

#endif
