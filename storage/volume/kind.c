/* kind.c: has the table of the kinds of volumes. */
#include "storage/volume/kind.h"

#include "lib/errand.h"
#include "storage/mount/namespace.h"
#include "storage/mount/place.h"
#include "storage/secret.h"
#include "storage/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#define UNDO_RESERVED_MS 700

static const struct kind *const kinds[] = {
    &kind_libnfs, &kind_kernel, &kind_bind,   &kind_local,   &kind_glusterfs,
    &kind_cifs,   &kind_lustre, &kind_rclone, &kind_command,
};

/* Returns the name of the volume's kind; a file server's volume is of the kind of its
 * driver. */
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

struct finish {
    const struct job_volume *volume;
    const struct mount_site *site;
    const char *target;
};

static int finish(const void *data, struct error *error)
{
    const struct finish *finish = data;
    const struct job_volume *volume = finish->volume;

    if (volume->kind->is_to_be_restricted &&
        place_restrict(volume->plan, finish->target, error) < 0)
        return -1;
    if (!*volume->plan->place)
        return 0;
    return place_mount(volume->plan, finish->site->root, finish->target, error);
}

/* Restricts and places the mount; runs in a child, since whoever serves the mount may
 * hang as soon as it is looked at. */
static int finish_mount(struct job_volume *volume, const struct mount_site *site,
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

/* Returns the volume's own deadline, but leaves time to undo everything and to say
 * why. */
static struct deadline own_deadline(const struct job_volume *volume,
                                    const struct deadline *deadline)
{
    int left = deadline_left(deadline) - UNDO_RESERVED_MS;

    if (volume->plan->deadline_ms < left)
        left = volume->plan->deadline_ms;
    return deadline_after(left > 0 ? left : 0);
}

int kind_mount(struct job_volume *volume, const struct mount_site *site,
               const struct deadline *deadline, struct error *error)
{
    struct deadline own = own_deadline(volume, deadline);
    char target[NAMESPACE_PATH_SIZE];

    snprintf(target, sizeof(target), "%s/%s", site->root, volume->plan->name);
    if (*volume->plan->credentials && secret_check(volume->plan, error) < 0)
        return -1;
    if (volume->kind->mount(volume, site, target, &own, error) < 0)
        return -1;
    return finish_mount(volume, site, target, &own, error);
}

void kind_end(struct job_volume *volume, const struct deadline *deadline,
              struct record *report)
{
    if (volume->kind && volume->kind->end)
        volume->kind->end(volume, deadline, report);
    free(volume->seen);
    volume->seen = NULL;
}

int kind_unmount(const struct plan_volume *volume, const char *path, int flags)
{
    const struct kind *kind = kind_of(volume);

    if (kind && kind->is_shared)
        flags &= ~MNT_FORCE;
    return kind && kind->unmount ? kind->unmount(volume, path, flags)
                                 : system_unmount(path, flags);
}

bool kind_abort(const struct plan_volume *volume, const char *path)
{
    const struct kind *kind = kind_of(volume);

    return kind && kind->abort && kind->abort(path);
}

void kind_report(const struct job_volume *volume, const char *target,
                 struct record *report)
{
    if (volume->kind->report)
        volume->kind->report(volume->plan, target, report);
}
