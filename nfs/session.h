/* session.h: the FUSE side of a volume. */
#ifndef ATELIER_NFS_SESSION_H
#define ATELIER_NFS_SESSION_H

#include "lib/error.h"
#include "nfs/volume.h"

/* Begins to serve the mount behind `fd`, a descriptor of /dev/fuse, which the session
 * then owns. Returns 0; or -1 with `error` filled (ERROR_NODE) and `fd` closed. */
int session_open(struct volume *volume, int fd, struct error *error);

/* Returns the descriptor to wait for; -1 before serving and after the unmount. */
int session_descriptor(const struct volume *volume);

/* Serves the requests that have come, without waiting for more. */
void session_service(struct volume *volume);

/* Ends the session. Unmounting is the keeper's task. */
void session_close(struct volume *volume);

/* Learns whether this machine's libfuse can serve a volume, without a mount. Returns 0;
 * or -1 with `error` filled (ERROR_NODE). */
int session_try(struct error *error);

#endif
