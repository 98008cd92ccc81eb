/* fuzz_server.h: a file server that answers what a fuzz target's bytes say. */
#ifndef ATELIER_FUZZ_SERVER_H
#define ATELIER_FUZZ_SERVER_H

#include "tests/fuzz/fuzz.h"

#define SERVER_PEERS 4
#define SERVER_CALLS 64
#define SERVER_BUFFER (1 << 18)

struct server_call {
    int peer;
    uint32_t transaction, program, procedure, count; /* count: of a READ or WRITE */
};

struct fuzz_server {
    int listener, port;
    struct {
        int fd; /* -1: none */
        size_t filled;
        char *received;
    } peers[SERVER_PEERS];
    struct server_call calls[SERVER_CALLS]; /* that wait for an answer, oldest first */
    size_t call_count;
};

/* Listens at a port of 127.0.0.1. */
void server_open(struct fuzz_server *server);

/* Takes connections and calls; answers NULL calls by itself. */
void server_hear(struct fuzz_server *server);

/* Answers one of the calls that wait: honestly but for what the bytes change, or with the
 * bytes alone. */
void server_answer(struct fuzz_server *server, struct fuzz_bytes *bytes);

/* Ends all connections, in a way that leaves no port in use. */
void server_hang_up(struct fuzz_server *server);

#endif
