/* kind_nfs.c: the exports of file servers: which client mounts them, and ours. */
#include "storage/volume/kernel_client.h"
#include "storage/volume/kind.h"
#include "storage/volume/fuse_mount.h"

#include <string.h>
#include <unistd.h>

static int mount_libnfs(struct job_volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct facts *facts = site->facts;
    int fuse = fuse_mount_make(volume->plan, site->root, facts->uid, facts->gid, error);
    int status;

    if (fuse < 0)
        return -1;
    status = server_client_serve(volume->client, volume->index, fuse, deadline, error);
    close(fuse);
    if (status == 0)
        fuse_mount_read_ahead(target);
    return status;
}

const struct kind kind_libnfs = {.name = "libnfs", .mount = mount_libnfs};

int kind_settle_driver(struct plan_volume *volume, struct error *error)
{
    bool is_auto = strcmp(volume->driver, "auto") == 0;

    if (strcmp(volume->kind, "nfs") != 0)
        return 0;
    if (is_auto && volume->server.version == 3 && !kernel_client_exists())
        strcpy(volume->driver, "libnfs");
    else if (is_auto)
        strcpy(volume->driver, "kernel");
    if (strcmp(volume->driver, "kernel") == 0 && !kernel_client_exists())
        return error_set(error, ERROR_NODE,
                         "volume `%s` needs the kernel's NFS client%s, which this node "
                         "does not have: install nfs-common and a kernel with nfs.ko",
                         volume->name,
                         volume->server.version == 4 ? " for version 4" : "");
    if (volume->server.version == 4 && strcmp(volume->driver, "libnfs") == 0)
        return error_set(
            error, ERROR_SITE,
            "volume `%s` has NFS version 4, which the driver libnfs does not "
            "speak: choose kernel in the policy",
            volume->name);
    if (!kind_of(volume))
        return error_set(error, ERROR_SITE,
                         "volume `%s` wants the driver `%s`; this node has `kernel` and "
                         "`libnfs`",
                         volume->name, volume->driver);
    return 0;
}
