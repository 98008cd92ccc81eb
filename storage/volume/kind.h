/* kind.h: how the volumes of one kind come and go.
 *
 * kind_nfs.c       a file server's exports by our client, and the choice of the driver
 * kind_kernel.c    the same exports by the kernel's
 * kind_bind.c      directories that the site mounted
 * kind_local.c     scratch on disk or in memory
 * kind_program.c   cifs, lustre, command: a program mounts and ends
 * kind_fuse.c      glusterfs, rclone: a program mounts and stays
 *
 * storage.c asks the file servers, lets each volume be mounted in the order of the plan,
 * and ends each when all are unmounted.
 */
#ifndef ATELIER_KIND_H
#define ATELIER_KIND_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "lib/record.h"
#include "storage/client/server_client.h"
#include "storage/volume/mounter.h"
#include "storage/volume/scratch.h"

#include <stdbool.h>

/* Where and for whom volumes are mounted; nothing is owned. */
struct mount_site {
    const char *root; /* the mount root */
    const struct facts *facts;
};

/* One volume of the job on this node. */
struct job_volume {
    const struct plan_volume *plan;
    const struct kind *kind;
    struct server_client *client; /* for kind nfs, not owned */
    size_t index;                 /* among the client's volumes */
    struct mounter mounter;       /* for glusterfs and rclone */
    struct scratch scratch;       /* for local on disk, and rclone's cache */
    void *seen;                   /* what `look` saw last: malloc'ed, or NULL */
};

struct kind {
    const char *name;
    /* Whether other processes than the job's may depend on the mount's superblock, so
     * that requests under way must not be aborted at the end. */
    bool is_shared;
    /* Whether the mount is still to be made nosuid, nodev and as read-only as the policy
     * says: because whoever mounts it knows no flags, or is not to be trusted with
     * them. */
    bool is_to_be_restricted;
    /* Mounts the volume at `target`, its directory below the mount root. Returns 0; or -1
     * with `error` filled, and then `end` is called all the same. */
    int (*mount)(struct job_volume *volume, const struct mount_site *site,
                 const char *target, const struct deadline *deadline,
                 struct error *error);
    /* Whether the file server's client ends before the mount, since it only asks whether
     * the server is well. */
    bool is_without_client;
    /* Unmounts the volume at `path`, with umount2's flags: in order, or with MNT_DETACH
     * at once. NULL: as any mount is. Returns 0 or -1. */
    int (*unmount)(const struct plan_volume *volume, const char *path, int flags);
    /* Aborts what waits for the server of the mount at `path`; the mount stays. Returns
     * whether it is still in use. NULL: nothing outlives the client or the program. */
    bool (*abort)(const char *path);
    /* Adds to `report` what is known of the mount at `path` only as long as it is there.
     * NULL for kinds that tell at their end. */
    void (*report)(const struct plan_volume *volume, const char *path,
                   struct record *report);
    /* Looks whether the server of the mount at `path` answers. NULL: the client tells. */
    enum hearing (*look)(struct job_volume *volume, const char *path);
    /* Once the volume is unmounted: ends what serves it, deletes what was the job's, and
     * adds what is known of that to `report`. May be NULL. */
    void (*end)(struct job_volume *volume, const struct deadline *deadline,
                struct record *report);
};

extern const struct kind kind_libnfs, kind_kernel, kind_bind, kind_local, kind_glusterfs,
    kind_cifs, kind_lustre, kind_rclone, kind_command;

/* Returns the kind of the volume, whose driver has been settled; NULL for none. */
const struct kind *kind_of(const struct plan_volume *volume);

/* Replaces the driver "auto" of a file server's volume by the one that this node has.
 * Returns 0; or -1 with `error` filled when it lacks the one that the policy asks for. */
int kind_settle_driver(struct plan_volume *volume, struct error *error);

/* Mounts the volume with all that the policy says: restrictions and place. Returns 0 or
 * -1 with `error` filled. */
int kind_mount(struct job_volume *volume, const struct mount_site *site,
               const struct deadline *deadline, struct error *error);

/* Unmount the volume at `path`, and abort what waits for its server, as in struct kind.
 * Requests are aborted only where they are this job's alone. */
int kind_unmount(const struct plan_volume *volume, const char *path, int flags);
bool kind_abort(const struct plan_volume *volume, const char *path);

/* Adds what the mount of the volume, or of a part of it, at `target` can tell to
 * `report`. */
void kind_report(const struct job_volume *volume, const char *target,
                 struct record *report);

/* Ends the volume once it is unmounted, also when it was mounted only in part. Adds
 * VOLUME.killed=1 to `report`, which may be NULL, when the program that served it did not
 * end by itself. */
void kind_end(struct job_volume *volume, const struct deadline *deadline,
              struct record *report);

#endif
