#include "kind.h"
#include "errand.h"
#include "kernel_client.h"
#include "place.h"

#include <stdio.h>
#include <string.h>

#define UNDO_RESERVED_MS 700
#define TARGET_SIZE (SETTINGS_PATH_SIZE + NAME_LENGTH_MAX + 2)

static const struct kind *const kinds[] = {
    &kind_libnfs, &kind_kernel, &kind_bind,   &kind_local,   &kind_glusterfs,
    &kind_cifs,   &kind_lustre, &kind_rclone, &kind_command,
};

/* A file server's volumes are as its driver mounts them. */
static const char *name_of(const struct plan_volume *volume)
{
    return strcmp(volume->kind, "nfs") == 0 ? volume->driver : volume->kind;
}

const struct kind *kind_of(const struct plan_volume *volume)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i]->name, name_of(volume)) == 0)
            return kinds[i];
    return NULL;
}

int kind_settle_driver(struct plan_volume *volume, struct error *error)
{
    bool is_auto = strcmp(volume->driver, "auto") == 0;

    if (strcmp(volume->kind, "nfs") != 0)
        return 0;
    if (is_auto && volume->version == 3 && !kernel_client_exists())
        strcpy(volume->driver, "libnfs");
    else if (is_auto)
        strcpy(volume->driver, "kernel");
    if (strcmp(volume->driver, "kernel") == 0 && !kernel_client_exists())
        return error_set(error, ERROR_NODE,
                         "volume `%s` needs the kernel's NFS client%s, which this node "
                         "does not have: install nfs-common and a kernel with nfs.ko",
                         volume->name, volume->version == 4 ? " for version 4" : "");
    if (volume->version == 4 && strcmp(volume->driver, "libnfs") == 0)
        return error_set(
            error, ERROR_SITE,
            "volume `%s` has NFS version 4, which the driver libnfs does not "
            "speak: choose kernel in the policy",
            volume->name);
    return 0;
}

bool kind_may_abort(const struct plan_volume *volume)
{
    const struct kind *kind = kind_of(volume);

    return !kind || !kind->is_shared;
}

struct finish {
    const struct volume *volume;
    const struct mount_site *site;
    const char *target;
};

static int finish(const void *data, struct error *error)
{
    const struct finish *finish = data;
    const struct volume *volume = finish->volume;

    if (volume->kind->is_to_be_restricted &&
        place_restrict(volume->plan, finish->target, error) < 0)
        return -1;
    if (!*volume->plan->place)
        return 0;
    return place_mount(volume->plan, finish->site->root, finish->target, error);
}

/* In a child: who serves the mount may hang as soon as it is looked at. */
static int finish_mount(struct volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct finish work = {volume, site, target};
    char what[NAME_LENGTH_MAX + 40];

    if (!volume->kind->is_to_be_restricted && !*volume->plan->place)
        return 0;
    snprintf(what, sizeof(what), "volume `%s`: the look at its mount",
             volume->plan->name);
    return errand_run(finish, &work, what, deadline, error) < 0
               ? mounter_explain(&volume->mounter, volume->plan->name, error)
               : 0;
}

/* The volume's own, and time is left to undo it all and to say why. */
static struct deadline own_deadline(const struct volume *volume,
                                    const struct deadline *deadline)
{
    int left = deadline_left(deadline) - UNDO_RESERVED_MS;

    if (volume->plan->deadline_ms < left)
        left = volume->plan->deadline_ms;
    return deadline_after(left > 0 ? left : 0);
}

int kind_mount(struct volume *volume, const struct mount_site *site,
               const struct deadline *deadline, struct error *error)
{
    struct deadline own = own_deadline(volume, deadline);
    char target[TARGET_SIZE];

    snprintf(target, sizeof(target), "%s/%s", site->root, volume->plan->name);
    if (volume->kind->mount(volume, site, target, &own, error) < 0)
        return -1;
    return finish_mount(volume, site, target, &own, error);
}

void kind_end(struct volume *volume, const struct deadline *deadline,
              struct record *report)
{
    if (volume->kind && volume->kind->end)
        volume->kind->end(volume, deadline, report);
}
