/* kind_nfs.c: the exports of file servers, by our client or by the kernel's. */
#include "kernel_client.h"
#include "kind.h"
#include "volume.h"

#include <string.h>
#include <unistd.h>

#define STATUS_DAEMON "/run/rpc.statd.pid"

static int mount_libnfs(struct volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct facts *facts = site->facts;
    int fuse = volume_mount(volume->plan, site->root, facts->uid, facts->gid, error);
    int status;

    if (fuse < 0)
        return -1;
    status = file_server_serve(volume->server, volume->index, fuse, deadline, error);
    close(fuse);
    if (status == 0)
        volume_read_ahead(target);
    return status;
}

const struct kind kind_libnfs = {.name = "libnfs", .mount = mount_libnfs};

static void add_source(struct words *words, const struct plan_volume *volume)
{
    if (strchr(volume->host, ':'))
        words_add(words, "[%s]:%s", volume->host, volume->export_path);
    else
        words_add(words, "%s:%s", volume->host, volume->export_path);
}

/* Locks of version 3 go through a daemon of the node's; mount.nfs would start one. */
static void add_version(struct words *words, const struct plan_volume *volume)
{
    if (volume->port)
        words_append(words, ",port=%u", volume->port);
    if (volume->version != 3)
        return;
    words_append(words, ",mountproto=tcp");
    if (volume->mount_port)
        words_append(words, ",mountport=%u", volume->mount_port);
    if (volume->locks_on_node || access(STATUS_DAEMON, F_OK) < 0)
        words_append(words, ",nolock");
}

/* A soft request is sent twice, each time waiting for half of the time. */
static void add_recovery(struct words *words, const struct plan_volume *volume)
{
    if (volume->is_soft)
        words_append(words, ",soft,timeo=%d,retrans=1", (volume->timeout_ms + 199) / 200);
    else
        words_append(words, ",hard");
    if (volume->attribute_cache_ms == 0)
        words_append(words, ",noac");
    else if (volume->attribute_cache_ms > 0)
        words_append(words, ",actimeo=%d", (volume->attribute_cache_ms + 999) / 1000);
}

/* nosharecache: the mount's superblock is its own, so that what is aborted at the end of
 * a job is no other job's. retry=0: the preflight has just had its answer. */
static int mount_kernel(struct volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct plan_volume *plan = volume->plan;
    struct words words = {.count = 0};

    (void)site;
    words_add(&words, KERNEL_CLIENT_PROGRAM);
    add_source(&words, plan);
    words_add(&words, "%s", target);
    words_add(&words, "-o");
    words_add(&words, "%s,nosuid,nodev,nosharecache,vers=%u,proto=tcp",
              plan->read_only ? "ro" : "rw", plan->version);
    add_recovery(&words, plan);
    words_append(&words, ",retry=0");
    if (plan->connections)
        words_append(&words, ",nconnect=%u", plan->connections);
    add_version(&words, plan);
    return mounter_run(&words, plan->name, deadline, error);
}

const struct kind kind_kernel = {.name = "kernel", .mount = mount_kernel};
