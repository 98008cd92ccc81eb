/* export_list.h: what anybody may ask of a MOUNT service, from any port. */
#ifndef ATELIER_NFS_EXPORT_LIST_H
#define ATELIER_NFS_EXPORT_LIST_H

#include "nfs/preflight.h"

/* Notes that the preflight is a partial one, and looks for `path` among the exports that
 * the server lists, and the directories below them. A server that lists none to us may
 * still have the export. Returns 0; or -1 with `error` filled. */
int export_list_check(struct preflight *preflight, struct rpc_context *rpc,
                      const char *path, struct error *error);

#endif
