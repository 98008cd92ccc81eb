/* export_list.c: asks a MOUNT service for its exports. */
#include "nfs/export_list.h"

#include <nfsc/libnfs-raw-mount.h>
#include <stdio.h>
#include <string.h>

struct listing {
    const char *path;
    bool arrived, has_export;
};

/* Returns whether the path is a directory below an export that is listed. */
static bool is_below(const char *path, const char *export_path)
{
    size_t length = strlen(export_path);

    return strncmp(path, export_path, length) == 0 &&
           (path[length] == '\0' || path[length] == '/' || strcmp(export_path, "/") == 0);
}

static void on_list(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct listing *listing = data;
    bool is_told = status == RPC_STATUS_SUCCESS && result;

    (void)rpc;
    listing->arrived = true;
    listing->has_export = !is_told;
    for (const struct exportnode *node = is_told ? *(exports *)result : NULL; node;
         node = node->ex_next)
        listing->has_export |= is_below(listing->path, node->ex_dir);
}

int export_list_check(struct preflight *preflight, struct rpc_context *rpc,
                      const char *path, struct error *error)
{
    static struct listing listing; /* static, since a late answer still writes to it */
    char what[1200];

    listing = (struct listing){.path = path};
    preflight->is_partial = true;
    if (rpc_mount3_export_async(rpc, on_list, &listing) < 0)
        return error_set(error, ERROR_NODE, "out of memory");
    if (preflight_await(preflight, rpc, &listing.arrived, error) < 0)
        return -1;
    if (listing.has_export) {
        preflight->culprit = NULL;
        return 0;
    }
    snprintf(what, sizeof(what), "has no export %s in its list", path);
    return preflight_say(preflight, error, what);
}
