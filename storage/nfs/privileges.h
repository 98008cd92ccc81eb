/* privileges.h: becoming the job's user, with one capability left. */
#ifndef ATELIER_NFS_PRIVILEGES_H
#define ATELIER_NFS_PRIVILEGES_H

#include "error.h"
#include "server.h"

/* Leaves the caller's world: descriptors other than `socket`, standard streams,
 * directory, file mode mask, signal settings, core dumps. Returns 0 or -1. */
int privileges_detach(int socket, struct error *error);

/* Becomes the server's job user for good, before the first byte from the network is read.
 * Only CAP_NET_BIND_SERVICE is kept, for reserved ports, now and when the connection is
 * made anew; nothing can be gained by execve, the process cannot be traced by the user's
 * others, and it dies with `parent`. Returns 0; or -1 with `error` filled, and then the
 * process must end.
 *
 * A process that was not started by root must ask as the user that it is, and is limited
 * in the same way.
 *
 * A job of root's stays uid 0 and sends uid 0, which a server squashes or not as its
 * export says; it loses the other capabilities like any job. */
int privileges_drop(const struct server *server, pid_t parent, struct error *error);

#endif
