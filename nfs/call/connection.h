/* connection.h: a TCP connection to the file server, kept up as long as the process
 * lives.
 *
 * libnfs could reconnect by itself, but it does so without a pause (a refusing server
 * makes it spin) and cannot be asked to by its public raw interface. So it is left out: a
 * broken context is thrown away with its sockets, and a new one is made after a pause,
 * again from a reserved port (CAP_NET_BIND_SERVICE is kept for that): the old one while
 * it is free, by which the server knows what it has done already. Calls wait here
 * meanwhile.
 *
 * A file server has several, all served by one thread: a call goes out on the one that
 * has the fewest under way, and stays with it until it is answered. A thread for each was
 * tried on raw libnfs and is no faster (tests/bench/README.md): the copies are the
 * kernel's work, and one loop needs no locks.
 */
#ifndef ATELIER_NFS_CONNECTION_H
#define ATELIER_NFS_CONNECTION_H

#include "nfs/server.h"

#include <poll.h>

struct call;

enum connection_state {
    CONNECTION_DOWN,    /* until `at`, when the next attempt is made */
    CONNECTION_STARTED, /* an attempt, given up at `at` */
    CONNECTION_UP
};

struct connection {
    const struct server *server;
    struct rpc_context *rpc; /* NULL when down */
    enum connection_state state;
    long long at;
    long long heard;      /* when the last answer came */
    long long vain;       /* when a call of root's was last given up */
    long long lost;       /* when it was last up, and no longer */
    long long looked;     /* when its calls' tasks were last looked at */
    int port;             /* that it comes from; 0 until it was up */
    int pause_ms;         /* before the next attempt */
    bool established;     /* what an attempt's callback says */
    bool broken;          /* likewise */
    bool probing;         /* asked for nothing, and not yet answered */
    bool failures;        /* a call is CALL_FAILED */
    unsigned interrupted; /* calls whose task got a signal */
    unsigned forced;      /* calls that wait for an exiting task, see call.h */
    unsigned calls;
    struct call *first, *last;
    uint32_t transaction;
};

/* Begins with `rpc`, connected, which the connection then owns; or with NULL, to be made
 * at the first connection_service. */
void connection_init(struct connection *connection, const struct server *server,
                     struct rpc_context *rpc);

/* Ends the connection; calls that are left are freed without an answer. */
void connection_release(struct connection *connection);

/* What poll(2) is to wait for, and at most how long in milliseconds (-1: any time). */
int connection_poll(const struct connection *connection, struct pollfd *poll_socket,
                    bool deaf);

/* Does what can be done without waiting, after poll(2). `deaf` says that /dev/fuse is not
 * being read, so that no word of a task's death comes from there: all are looked at. */
void connection_service(struct connection *connection, int events, bool deaf);

/* Sends what calls have queued since, without another poll(2). */
void connection_flush(struct connection *connection);

/* Of `count` connections, the one for the next call: up, and the least busy. */
struct connection *connection_choose(struct connection *connections, unsigned count);

/* For calls. */
void connection_add(struct connection *connection, struct call *call);
void connection_remove(struct connection *connection, struct call *call);
void connection_note_failure(struct connection *connection);
void connection_note_answer(struct connection *connection);
uint32_t connection_next_transaction(struct connection *connection);

#endif
