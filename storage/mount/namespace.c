/* namespace.c: makes the mount namespace of one job. */
#include "storage/mount/namespace.h"

#include "storage/trusted_directory.h"
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* Rejected: noexec, since users keep programs and environments on their volumes. */
#define ROOT_FLAGS (MS_NOSUID | MS_NODEV)
#define ROOT_OPTIONS "mode=0755,size=1m,nr_inodes=128"
#define SCRATCH_SIZE "16m"

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
    char link[TRUSTED_DIRECTORY_LINK_SIZE];

    if (system_calls.mount("atelier", trusted_directory_link(target, link), "tmpfs",
                           ROOT_FLAGS, options) < 0)
        return error_set(error, ERROR_NODE, "cannot mount a tmpfs on %s: %s", path,
                         strerror(errno));
    return 0;
}

/* As mount_tmpfs, on a `target` that may be -1 with `error` filled; closes it. */
static int mount_on_opened(int target, const char *path, const char *options,
                           struct error *error)
{
    int status;

    if (target < 0)
        return -1;
    status = mount_tmpfs(target, path, options, error);
    close(target);
    return status;
}

static int mount_root(const char *root, const char *options, struct error *error)
{
    return mount_on_opened(trusted_directory_open(root, true, 0755, error), root, options,
                           error);
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
    int directory = trusted_directory_open(root, false, 0, error);
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
    system_unmount(root, MNT_DETACH);
    return -1;
}

int namespace_hide_parts(const char *root, const struct plan *plan, struct error *error)
{
    char path[NAMESPACE_PATH_SIZE];
    int directory = trusted_directory_open(root, false, 0, error);
    int status = directory < 0 ? -1 : 0;

    for (size_t i = 0; i < plan->volume_count && status == 0; i++) {
        const char *name = plan->volumes[i].name;

        if (!plan->volumes[i].parts_only)
            continue;
        snprintf(path, sizeof(path), "%s/%s", root, name);
        if (system_unmount(path, MNT_DETACH) < 0 ||
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

static int mount_scratch(const char *root, const char *volume, const char *options,
                         struct error *error)
{
    return mount_on_opened(trusted_directory_open_in(root, volume, error), volume,
                           options, error);
}

static void take_scratch_away(const char *root, const struct plan *plan)
{
    char path[NAMESPACE_PATH_SIZE];

    for (size_t i = plan->mount_count; i-- > 0;) {
        snprintf(path, sizeof(path), "%s/%s", root, plan->mounts[i].name);
        system_unmount(path, MNT_DETACH);
    }
    for (size_t i = plan->volume_count; i-- > 0;) {
        snprintf(path, sizeof(path), "%s/%s", root, plan->volumes[i].name);
        system_unmount(path, MNT_DETACH);
    }
    system_unmount(root, MNT_DETACH);
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
        take_scratch_away(root, plan);
    return status;
}

int namespace_descriptor(struct error *error)
{
    int fd = system_calls.openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

    return fd >= 0
               ? fd
               : error_set(error, ERROR_NODE, "cannot open the job's mount namespace: %s",
                           strerror(errno));
}
