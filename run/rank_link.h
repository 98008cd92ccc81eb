/* rank_link.h: a rank's connection to `atelier run` (run_protocol.h). */
#ifndef ATELIER_RANK_LINK_H
#define ATELIER_RANK_LINK_H

#include "lib/error.h"
#include "lib/protocol/proof.h"
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

/* Connects to `atelier run`, and to nobody else, by what the environment says, within 30
 * seconds, and sends `introduction`. It takes the secret and the port out of the
 * environment of what is started later. `link` must stay at its place. Returns 0, or -1
 * with `error` filled. */
int rank_link_open(struct rank_link *link, const char *introduction, struct error *error);

/* Sends a line. If it cannot be sent, reading will show that. */
void rank_link_say(struct rank_link *link, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns the next order, when `fd` can be read: RANK_WAIT for none yet, and RANK_END
 * also when the connection has ended, where `fd` becomes -1. */
enum rank_order rank_link_read(struct rank_link *link);

#endif
