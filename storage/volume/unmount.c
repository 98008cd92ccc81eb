/* unmount.c: ends all mounts of a job, the last first. */
#include "storage/volume/unmount.h"

#include "lib/process.h"
#include "storage/mount/namespace.h"
#include "storage/system.h"
#include "storage/volume/kind.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#define FORCE_MS 900
#define ABORT_ROUNDS 6
#define ABORT_PAUSE_MS 80

static int unmount_volume(const char *root, const struct plan_volume *volume, int flags)
{
    char path[NAMESPACE_PATH_SIZE];
    int status = 0;

    snprintf(path, sizeof(path), "%s/%s", root, volume->name);
    if (*volume->place)
        status = system_unmount(volume->place, flags & ~MNT_FORCE);
    return status | kind_unmount(volume, path, flags);
}

static int unmount_mount(const char *root, const struct plan_mount *mount, int flags)
{
    char path[NAMESPACE_PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, mount->name);
    return system_unmount(path, flags & ~MNT_FORCE);
}

/* Unmounts in the reverse order of mounting. */
static int unmount_all(const char *root, const struct plan *plan, int flags)
{
    int status = 0;

    for (size_t i = plan ? plan->mount_count : 0; i-- > 0;)
        status |= unmount_mount(root, &plan->mounts[i], flags);
    for (size_t i = plan ? plan->volume_count : 0; i-- > 0;)
        status |= unmount_volume(root, &plan->volumes[i], flags);
    return status | system_unmount(root, flags);
}

/* Aborts what waits for the volumes' servers. Returns whether a volume is still in
 * use. */
static bool abort_requests(const char *root, const struct plan *plan)
{
    char path[NAMESPACE_PATH_SIZE];
    bool is_busy = false;

    for (size_t i = 0; plan && i < plan->volume_count; i++) {
        snprintf(path, sizeof(path), "%s/%s", root, plan->volumes[i].name);
        is_busy |= kind_abort(&plan->volumes[i], path);
    }
    return is_busy;
}

/* Aborts again and again: a task that was killed and whose write is aborted goes on to
 * close the file, and waits again. */
static void force(const char *root, const struct plan *plan)
{
    for (int round = 0; round < ABORT_ROUNDS && abort_requests(root, plan); round++)
        poll(NULL, 0, ABORT_PAUSE_MS);
    unmount_all(root, plan, MNT_FORCE | MNT_DETACH);
}

/* Whoever holds the mount open keeps it where it is: only its requests end. */
void unmount_abort(const char *path)
{
    int mount = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (mount < 0)
        return;
    system_calls.umount2(path, MNT_FORCE | UMOUNT_NOFOLLOW);
    close(mount);
}

/* Works in a child: what a file system still has to write is written by the process that
 * drops its mount, and SIGKILL may not end that. */
void unmount_by_force(const char *root, const struct plan *plan)
{
    struct deadline deadline = deadline_after(FORCE_MS);
    pid_t child = process_fork(-1);

    if (child < 0)
        force(root, plan);
    if (child == 0) {
        force(root, plan);
        _exit(0);
    }
    if (child > 0 && process_wait(child, &deadline, NULL) < 0)
        process_kill(child);
}

int unmount_in_order(const char *root, const struct plan *plan, int milliseconds)
{
    struct deadline deadline = deadline_after(milliseconds);
    int status = -1;
    pid_t child = process_fork(-1);

    if (child < 0)
        return -1;
    if (child == 0)
        _exit(unmount_all(root, plan, 0) == 0 ? 0 : 1);
    if (process_wait(child, &deadline, &status) < 0)
        process_kill(child);
    return status == 0 ? 0 : -1;
}
