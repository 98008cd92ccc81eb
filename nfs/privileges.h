/* privileges.h: becoming a user that nobody is, with one capability left. */
#ifndef ATELIER_NFS_PRIVILEGES_H
#define ATELIER_NFS_PRIVILEGES_H

#include "lib/error.h"
#include "nfs/server.h"

/* Leaves the caller's world: descriptors other than `socket`, standard streams,
 * directory, file mode mask, signal settings and core dumps. Returns 0 or -1. */
int privileges_detach(int socket, struct error *error);

/* Becomes user and group `id`, without other groups, for good, before the first byte from
 * the network is read. This is not the job's user, who might stop, kill and limit the
 * process while root waits for it; what is sent to the server names the job's user
 * (server_context). Only CAP_NET_BIND_SERVICE is kept, for reserved ports, now and when
 * the connection is made anew. Nothing can be gained by execve, the process cannot be
 * traced, and it dies with `parent`. Returns 0; or -1 with `error` filled, and then the
 * process must end.
 *
 * A process that was not started by root must ask as the user that it is, and is limited
 * in the same way.
 */
int privileges_drop(const struct server *server, uid_t id, pid_t parent,
                    struct error *error);

#endif
