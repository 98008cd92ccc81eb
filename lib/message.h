/* message.h: records and descriptors over a Unix socket, with a deadline.
 *
 * The sockets are SOCK_SEQPACKET: one message is one record, and a peer can neither send
 * half of one nor make the reader wait for the rest.
 */
#ifndef ATELIER_MESSAGE_H
#define ATELIER_MESSAGE_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/record.h"

/* Sends `record`, which has at least one pair, and with it the descriptor `fd` unless
 * that is -1 (SCM_RIGHTS; the caller keeps its own copy). Returns 0, or -1 with `error`
 * filled (ERROR_NODE). Never raises SIGPIPE. */
int message_send(int socket, const struct record *record, int fd,
                 const struct deadline *deadline, struct error *error);

/* The same, after which `record` is destroyed. It may be NULL for want of memory, which
 * is a failure. */
int message_hand(int socket, struct record *record, int fd,
                 const struct deadline *deadline, struct error *error);

/* Receives one message into `record`, which the caller then owns. A descriptor that came
 * with it goes to `fd` with close-on-exec set, else `fd` becomes -1; with `fd` NULL it is
 * closed. Returns 0; or -1 with `error` filled when the deadline passed, the peer closed
 * or sent no record. */
int message_receive(int socket, struct record **record, int *fd,
                    const struct deadline *deadline, struct error *error);

/* Connects to the keeper's socket at `path`. Returns the descriptor (close-on-exec,
 * non-blocking); or -1 with errno set: ENOENT means that no keeper was started for the
 * job, ECONNREFUSED that it is dead, EAGAIN that more clients wait than it takes. */
int message_connect(const char *path);

/* Binds and listens at `path`, mode 0600. Returns the descriptor as message_connect does,
 * or -1 with errno set. */
int message_listen(const char *path);

#endif
