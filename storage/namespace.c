#include "namespace.h"
#include "directory.h"
#include "kind.h"
#include "process.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* noexec is no option here: users keep programs and environments on their volumes. */
#define ROOT_FLAGS (MS_NOSUID | MS_NODEV)
#define ROOT_OPTIONS "mode=0755,size=1m,nr_inodes=128"
#define SCRATCH_SIZE "16m"
#define CLEAR_MS 900
#define ABORT_ROUNDS 6
#define ABORT_PAUSE_MS 80
#define VOLUME_PATH_SIZE (SETTINGS_PATH_SIZE + NAME_LENGTH_MAX + 2)

int namespace_enter(struct error *error)
{
    if (system_calls.unshare(CLONE_NEWNS) < 0)
        return error_set(error, ERROR_NODE, "cannot make a mount namespace: %s",
                         strerror(errno));
    if (system_calls.mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
        return error_set(error, ERROR_NODE,
                         "cannot separate the job's mounts from the node's: %s",
                         strerror(errno));
    return 0;
}

/* Mounts a tmpfs on the open directory `target`, whose path for sentences is `path`. */
static int mount_tmpfs(int target, const char *path, const char *options,
                       struct error *error)
{
    char link[DIRECTORY_LINK_SIZE];

    if (system_calls.mount("atelier", directory_link(target, link), "tmpfs", ROOT_FLAGS,
                           options) < 0)
        return error_set(error, ERROR_NODE, "cannot mount a tmpfs on %s: %s", path,
                         strerror(errno));
    return 0;
}

static int mount_root(const char *root, const char *options, struct error *error)
{
    int target = directory_open(root, true, 0755, error);
    int status;

    if (target < 0)
        return -1;
    status = mount_tmpfs(target, root, options, error);
    close(target);
    return status;
}

static int make_directory(int directory, const char *root, const char *name,
                          struct error *error)
{
    if (system_calls.mkdirat(directory, name, 0755) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "cannot make the directory %s/%s: %s", root, name,
                     strerror(errno));
}

static int make_directories(const char *root, const struct plan *plan,
                            struct error *error)
{
    int directory = directory_open(root, false, 0, error);
    int status = directory < 0 ? -1 : 0;

    for (size_t i = 0; i < plan->volume_count && status == 0; i++)
        status = make_directory(directory, root, plan->volumes[i].name, error);
    for (size_t i = 0; i < plan->mount_count && status == 0; i++)
        status = make_directory(directory, root, plan->mounts[i].name, error);
    if (directory >= 0)
        close(directory);
    return status;
}

int namespace_make_root(const char *root, const struct plan *plan, struct error *error)
{
    if (mount_root(root, ROOT_OPTIONS, error) < 0)
        return -1;
    if (make_directories(root, plan, error) == 0)
        return 0;
    namespace_clear(root, NULL);
    return -1;
}

/* What is not mounted is no failure: EINVAL. */
static int unmount(const char *path, int flags)
{
    return system_calls.umount2(path, flags | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL &&
                   errno != ENOENT
               ? -1
               : 0;
}

int namespace_hide_parts(const char *root, const struct plan *plan, struct error *error)
{
    char path[VOLUME_PATH_SIZE];
    int directory = directory_open(root, false, 0, error);
    int status = directory < 0 ? -1 : 0;

    for (size_t i = 0; i < plan->volume_count && status == 0; i++) {
        const char *name = plan->volumes[i].name;

        if (!plan->volumes[i].parts_only)
            continue;
        snprintf(path, sizeof(path), "%s/%s", root, name);
        if (unmount(path, MNT_DETACH) < 0 ||
            system_calls.unlinkat(directory, name, AT_REMOVEDIR) < 0)
            status = error_set(error, ERROR_NODE, "cannot hide volume `%s`: %s", name,
                               strerror(errno));
    }
    if (directory >= 0)
        close(directory);
    return status;
}

int namespace_seal_root(const char *root, struct error *error)
{
    if (system_calls.mount("atelier", root, NULL, MS_REMOUNT | MS_RDONLY | ROOT_FLAGS,
                           ROOT_OPTIONS) < 0)
        return error_set(error, ERROR_NODE, "cannot make %s read-only: %s", root,
                         strerror(errno));
    return 0;
}

int namespace_open_volume(const char *root, const char *volume, struct error *error)
{
    int directory = directory_open(root, false, 0, error);
    int target;

    if (directory < 0)
        return -1;
    target = directory_open_at(directory, root, volume, false, 0, error);
    close(directory);
    return target;
}

static int mount_scratch(const char *root, const char *volume, const char *options,
                         struct error *error)
{
    int target = namespace_open_volume(root, volume, error);
    int status;

    if (target < 0)
        return -1;
    status = mount_tmpfs(target, volume, options, error);
    close(target);
    return status;
}

int namespace_make_scratch(const char *root, const struct plan *plan, uid_t uid,
                           gid_t gid, struct error *error)
{
    char options[96];
    int status = 0;

    snprintf(options, sizeof(options), "mode=0700,size=" SCRATCH_SIZE ",uid=%u,gid=%u",
             (unsigned)uid, (unsigned)gid);
    if (!plan)
        return mount_root(root, options, error);
    if (namespace_make_root(root, plan, error) < 0)
        return -1;
    for (size_t i = 0; i < plan->volume_count && status == 0; i++)
        if (!plan->volumes[i].parts_only)
            status = mount_scratch(root, plan->volumes[i].name, options, error);
    for (size_t i = 0; i < plan->mount_count && status == 0; i++)
        status = mount_scratch(root, plan->mounts[i].name, options, error);
    if (status == 0)
        status = namespace_hide_parts(root, plan, error);
    if (status == 0)
        status = namespace_seal_root(root, error);
    if (status < 0)
        namespace_clear(root, plan);
    return status;
}

/* Writing out on unmounting cannot be interrupted: with the server gone, whoever does it
 * never comes back. This can be, as long as the mount is there. */
static void write_out(const char *path, const struct plan_volume *volume)
{
    int fd;

    if (volume->read_only || strcmp(volume->driver, "kernel") != 0)
        return;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        syncfs(fd);
    if (fd >= 0)
        close(fd);
}

static int unmount_volume(const char *root, const struct plan_volume *volume, int flags)
{
    char path[VOLUME_PATH_SIZE];
    int status = 0;

    snprintf(path, sizeof(path), "%s/%s", root, volume->name);
    if (!(flags & MNT_DETACH))
        write_out(path, volume);
    if (*volume->place)
        status |= unmount(volume->place, flags & ~MNT_FORCE);
    /* Requests are aborted only where they are this job's alone. */
    if (!kind_may_abort(volume))
        flags &= ~MNT_FORCE;
    return status | unmount(path, flags);
}

static int unmount_mount(const char *root, const struct plan_mount *mount, int flags)
{
    char path[VOLUME_PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, mount->name);
    return unmount(path, flags & ~MNT_FORCE);
}

/* In the reverse order of mounting. */
static int unmount_all(const char *root, const struct plan *plan, int flags)
{
    int status = 0;

    for (size_t i = plan ? plan->mount_count : 0; i-- > 0;)
        status |= unmount_mount(root, &plan->mounts[i], flags);
    for (size_t i = plan ? plan->volume_count : 0; i-- > 0;)
        status |= unmount_volume(root, &plan->volumes[i], flags);
    return status | unmount(root, flags);
}

/* Aborts what waits for the servers of the kernel's volumes. Returns whether one is still
 * in use. */
static bool abort_requests(const char *root, const struct plan *plan)
{
    char path[VOLUME_PATH_SIZE];
    bool is_busy = false;

    for (size_t i = 0; plan && i < plan->volume_count; i++) {
        if (strcmp(plan->volumes[i].driver, "kernel") != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", root, plan->volumes[i].name);
        if (system_calls.umount2(path, MNT_FORCE | UMOUNT_NOFOLLOW) < 0)
            is_busy |= errno == EBUSY;
    }
    return is_busy;
}

/* A task that was killed and whose write is aborted goes on to close the file, and waits
 * again: once is not enough. */
static void clear(const char *root, const struct plan *plan)
{
    for (int round = 0; round < ABORT_ROUNDS && abort_requests(root, plan); round++)
        poll(NULL, 0, ABORT_PAUSE_MS);
    unmount_all(root, plan, MNT_FORCE | MNT_DETACH);
}

/* In a child: what the kernel's client still has to write is written by who drops its
 * mount, and SIGKILL does not end that. */
void namespace_clear(const char *root, const struct plan *plan)
{
    struct deadline deadline = deadline_after(CLEAR_MS);
    pid_t child = process_fork(-1);

    if (child < 0)
        clear(root, plan);
    if (child == 0) {
        clear(root, plan);
        _exit(0);
    }
    if (child > 0 && process_wait(child, &deadline, NULL) < 0)
        process_kill(child);
}

int namespace_unmount(const char *root, const struct plan *plan, int milliseconds)
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

int namespace_descriptor(struct error *error)
{
    int fd = system_calls.openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

    return fd >= 0
               ? fd
               : error_set(error, ERROR_NODE, "cannot open the job's mount namespace: %s",
                           strerror(errno));
}
