/* roll_socket.h: the sockets of the launch check (for roll_call.c and roll_answer.c). */
#ifndef ATELIER_ROLL_SOCKET_H
#define ATELIER_ROLL_SOCKET_H

#include "lib/deadline.h"
#include "lib/roll/resolve.h"

/* Listens at `port` on all addresses of this node, of IPv6 as well where there is IPv6,
 * since a framework binds both. Returns the socket (non-blocking, close-on-exec); or -1
 * with errno set, as when another program listens there. */
int roll_socket_listen(unsigned port);

/* Begins to connect; the socket is writable when that has come to an end. Returns the
 * socket (as above), or -1 with errno set. */
int roll_socket_connect(const struct resolved_address *address);

/* Returns how the connection came out, when the socket is writable: 0 or an errno. */
int roll_socket_outcome(int socket);

/* Accepts a connection at a listening socket. Returns its socket (as above), or -1 with
 * errno set. */
int roll_socket_accept(int listening);

#endif
