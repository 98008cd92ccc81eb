/* roll_socket.h: the sockets of the launch check (for roll_call.c and roll_answer.c). */
#ifndef ATELIER_ROLL_SOCKET_H
#define ATELIER_ROLL_SOCKET_H

#include "lib/deadline.h"
#include "lib/roll/resolve.h"

/* Whether nobody listens at `port` of this node, on any address: where IPv6 is, a
 * framework binds both. Returns the listening socket (non-blocking, close-on-exec), or -1
 * with errno set. */
int roll_socket_listen(unsigned port);

/* Begins to connect; wait for it to be writable. Returns the socket (as above), or -1
 * with errno set. */
int roll_socket_connect(const struct resolved_address *address);

/* How the connection came out, when it is writable: 0 or an errno. */
int roll_socket_outcome(int socket);

/* Takes who waits at a listening socket. Returns the socket (as above), or -1 with errno
 * set. */
int roll_socket_accept(int listening);

#endif
