/* system.c: has the table of the calls that change the system. */
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* openat(2) is variadic; without O_CREAT it has no fourth argument. */
static int open_existing(int directory, const char *path, int flags)
{
    return openat(directory, path, flags);
}

static int make_memory(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

struct system system_calls = {
    .unshare = unshare,
    .setns = setns,
    .mount = mount,
    .umount2 = umount2,
    .open_tree = open_tree,
    .mount_setattr = mount_setattr,
    .move_mount = move_mount,
    .mkdirat = mkdirat,
    .unlinkat = unlinkat,
    .openat = open_existing,
    .memfd = make_memory,
    .fchown = fchown,
};

/* EINVAL: nothing is mounted there */
int system_unmount(const char *path, int flags)
{
    return system_calls.umount2(path, flags | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL &&
                   errno != ENOENT
               ? -1
               : 0;
}
