/* preflight.h: everything that must be well before a volume is mounted. */
#ifndef ATELIER_NFS_PREFLIGHT_H
#define ATELIER_NFS_PREFLIGHT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "nfs/volume.h"

#include <stdbool.h>

struct preflight {
    struct server *server;
    struct volume *volumes;
    size_t volume_count;
    int keeper; /* the keeper's socket: when it closes, the preflight ends */
    int milliseconds;
    struct deadline deadline;
    int cause;           /* errno of a broken connection */
    bool broken;         /* the connection ended, or an answer made no sense */
    bool is_partial;     /* an unreserved port was refused something: see preflight_run */
    const char *culprit; /* the volume at fault; NULL when it is the server */
};

/* Asks the file server for each export and for its root's attributes and limits, fills
 * them into the volumes, and writes a file where the policy asks for that (probe.h).
 * Returns the connection to the NFS service; or NULL with `error` filled with a sentence
 * that names the server, the host and, where it is one volume's, the volume.
 *
 * A process that asks from an unreserved port may be refused what a job is not. Then
 * `is_partial` says that it is only known that the services answer and the export is in
 * the server's list, and the connection is of no use to volumes.
 */
struct rpc_context *preflight_run(struct preflight *preflight, struct error *error);

/* For the preflight's own parts: serves `rpc` until `*arrived`, which a callback sets.
 * Returns 0, or -1 with `error` filled when the deadline passes or the server or the
 * keeper goes away. */
int preflight_await(struct preflight *preflight, struct rpc_context *rpc,
                    const bool *arrived, struct error *error);

/* Fills `error` with a sentence about the culprit: "volume `x` of file server `s` (host)
 * WHAT". Returns -1. */
int preflight_say(const struct preflight *preflight, struct error *error,
                  const char *what);

#endif
