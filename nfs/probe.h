/* probe.h: whether the user can write to the volumes whose policy asks (probe = "write").
 *
 * A file is made, filled and removed again at the top of each. Its name is new:
 * ".atelier-probe-" and 128 random bits, made only if there is no such file. It stays
 * behind, empty or of 4 KiB, only when the server goes away in between.
 */
#ifndef ATELIER_NFS_PROBE_H
#define ATELIER_NFS_PROBE_H

#include "nfs/preflight.h"

/* Probes all of `preflight`'s volumes that are to be probed and may be written, together,
 * over the connection to the NFS service. Returns 0; or -1 with `error` filled and the
 * culprit set, after it has asked to remove every file that was made. */
int probe_volumes(struct preflight *preflight, struct rpc_context *rpc,
                  struct error *error);

#endif
