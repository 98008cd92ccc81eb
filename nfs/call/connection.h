/* connection.h: keeps a TCP connection to the file server as long as the process lives.
 *
 * libnfs could reconnect by itself, but it does so without a pause (a refusing server
 * makes it spin) and cannot be asked to by its public raw interface. So a broken context
 * is thrown away with its sockets, and a new one is made after a pause. It comes from a
 * reserved port again (CAP_NET_BIND_SERVICE is kept for that): from the old one while
 * that is free, by which the server knows what it has done already. Calls wait here
 * meanwhile.
 *
 * A file server has several connections, all served by one thread: a call goes out on the
 * one that has the fewest under way, and stays with it until it is answered. A thread for
 * each was tried on raw libnfs and is no faster (tests/bench/README.md): the copies are
 * the kernel's work, and one loop needs no locks.
 */
#ifndef ATELIER_NFS_CONNECTION_H
#define ATELIER_NFS_CONNECTION_H

#include "nfs/back_off.h"
#include "nfs/server.h"

#include <poll.h>

struct call;

enum connection_state {
    CONNECTION_DOWN,    /* until `at`, when the next attempt is made */
    CONNECTION_STARTED, /* an attempt, which is given up at `at` */
    CONNECTION_UP
};

struct connection {
    const struct server *server;
    struct rpc_context *rpc; /* NULL when down */
    enum connection_state state;
    long long at;
    long long heard;       /* when the last answer came */
    long long vain;        /* when a call of root's was last given up */
    long long lost;        /* when it was last up, if it is not now */
    long long looked;      /* when its calls' tasks were last looked at */
    int port;              /* the port that it comes from; 0 until it was up */
    struct back_off pause; /* before the next attempt */
    bool established;      /* the callback says: the attempt came to an end well */
    bool broken;           /* the callback says: it did not */
    bool probing;          /* a question for nothing is not yet answered */
    bool failures;         /* some call is CALL_FAILED */
    unsigned interrupted;  /* how many calls have a task that got a signal */
    unsigned forced;       /* how many calls wait for an exiting task, see call.h */
    unsigned calls;
    struct call *first, *last;
    uint32_t transaction;
};

/* Begins with `rpc`, connected, which the connection then owns; or with NULL, and then
 * the first connection_service makes one. */
void connection_init(struct connection *connection, const struct server *server,
                     struct rpc_context *rpc);

/* Ends the connection and frees its calls without an answer. */
void connection_release(struct connection *connection);

/* Fills in what poll(2) is to wait for, and returns for how many milliseconds at most
 * (-1: for ever). */
int connection_poll(const struct connection *connection, struct pollfd *poll_socket,
                    bool deaf);

/* Does what can be done without waiting, after poll(2). `deaf` says that nobody reads
 * /dev/fuse, so that no word of a task's death comes from there: then all tasks are
 * looked at. */
void connection_service(struct connection *connection, int events, bool deaf);

/* Sends what calls have queued since then, without another poll(2). */
void connection_flush(struct connection *connection);

/* Returns the one of `count` connections for the next call: up, and the least busy. */
struct connection *connection_choose(struct connection *connections, unsigned count);

/* For call.c. */
void connection_add(struct connection *connection, struct call *call);
void connection_remove(struct connection *connection, struct call *call);
void connection_note_failure(struct connection *connection);
void connection_note_answer(struct connection *connection);
uint32_t connection_next_transaction(struct connection *connection);

#endif
