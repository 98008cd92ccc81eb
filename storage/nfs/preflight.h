/* preflight.h: everything that must be well before a volume is mounted. */
#ifndef ATELIER_NFS_PREFLIGHT_H
#define ATELIER_NFS_PREFLIGHT_H

#include "deadline.h"
#include "error.h"
#include "volume.h"

struct preflight {
    struct server *server;
    struct volume *volumes;
    size_t volume_count;
    int keeper; /* its socket: when it closes, the preflight ends */
    int milliseconds;
    struct deadline deadline;
    int cause;           /* errno of a broken connection */
    const char *culprit; /* the volume at fault; NULL when it is the server */
};

/* Asks the file server for each export and for its root's attributes and limits, and
 * fills them into the volumes. Returns the connection to the NFS service; or NULL with
 * `error` filled with a sentence that names the server, the host and, where it is one
 * volume's, the volume. */
struct rpc_context *preflight_run(struct preflight *preflight, struct error *error);

#endif
