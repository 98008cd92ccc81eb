/* port.h: the port that a connection comes from.
 *
 * A server knows a repeated call by its transaction id and by where it came from, port
 * and all, and answers it without doing it again. libnfs takes the next reserved port for
 * each connection; a connection that comes back must come from its old one.
 */
#ifndef ATELIER_NFS_PORT_H
#define ATELIER_NFS_PORT_H

/* Makes sockets that this thread's libnfs binds from now on get `port` while it is free,
 * and any reserved port while it is not. 0: libnfs chooses. */
void port_want(int port);

/* Returns the port of a connected socket; 0 when it cannot be known. */
int port_of(int fd);

#endif
