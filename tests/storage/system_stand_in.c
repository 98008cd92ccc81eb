/* system_stand_in.c: stands in for the calls that change the system. */
#include "tests/storage/system_stand_in.h"

#include "tests/unit/unit.h"

#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct system_stand *system_stand;

static bool fails(void)
{
    if (++system_stand->calls != system_stand->failing_call)
        return false;
    errno = system_stand->cause ? system_stand->cause : ENOMEM;
    return true;
}

static int stand_in_unshare(int flags)
{
    (void)flags;
    return fails() ? -1 : 0;
}

static int stand_in_mount(const char *source, const char *target, const char *type,
                          unsigned long flags, const void *options)
{
    ssize_t length;

    (void)source;
    (void)options;
    if (fails())
        return -1;
    if (!type || (flags & MS_REMOUNT))
        return 0;
    assert_true(system_stand->mounted_count < SYSTEM_MOUNTS_MAX);
    assert_true((flags & (MS_NOSUID | MS_NODEV)) == (MS_NOSUID | MS_NODEV));
    length = readlink(target, system_stand->mounted[system_stand->mounted_count],
                      PATH_MAX - 1);
    assert_true(length > 0);
    system_stand->mounted[system_stand->mounted_count++][length] = '\0';
    return 0;
}

static bool has_mount_below(const char *target)
{
    size_t length = strlen(target);

    for (size_t i = 0; i < system_stand->mounted_count; i++)
        if (strncmp(system_stand->mounted[i], target, length) == 0 &&
            system_stand->mounted[i][length] == '/')
            return true;
    return false;
}

/* MNT_DETACH takes along what is mounted below. Undoing is not made to fail: there is
 * nothing left to do then but to end, and the namespace ends with its last process. */
static int stand_in_umount2(const char *target, int flags)
{
    size_t length = strlen(target), kept = 0, before = system_stand->mounted_count;

    if (!(flags & MNT_DETACH) && has_mount_below(target)) {
        errno = EBUSY;
        return -1;
    }
    for (size_t i = 0; i < before; i++) {
        bool is_it = strcmp(system_stand->mounted[i], target) == 0;
        bool is_below = (flags & MNT_DETACH) && system_stand->mounted[i][length] == '/' &&
                        strncmp(system_stand->mounted[i], target, length) == 0;

        if (!is_it && !is_below && kept++ != i)
            strcpy(system_stand->mounted[kept - 1], system_stand->mounted[i]);
    }
    system_stand->mounted_count = kept;
    errno = EINVAL;
    return kept < before ? 0 : -1;
}

static int stand_in_open_tree(int directory, const char *path, unsigned flags)
{
    assert_string_equal(path, "");
    assert_true(flags & OPEN_TREE_CLONE);
    return fails() ? -1 : fcntl(directory, F_DUPFD_CLOEXEC, 0);
}

static int stand_in_mount_setattr(int directory, const char *path, unsigned flags,
                                  struct mount_attr *attributes, size_t size)
{
    (void)directory;
    (void)path;
    (void)flags;
    (void)size;
    assert_true(attributes->attr_set & MOUNT_ATTR_NOSUID);
    assert_true(attributes->attr_set & MOUNT_ATTR_NODEV);
    return fails() ? -1 : 0;
}

static int stand_in_move_mount(int from, const char *from_path, int to,
                               const char *to_path, unsigned flags)
{
    char link[64];
    ssize_t length;

    (void)from;
    (void)from_path;
    (void)to_path;
    (void)flags;
    if (fails())
        return -1;
    assert_true(system_stand->mounted_count < SYSTEM_MOUNTS_MAX);
    snprintf(link, sizeof(link), "/proc/self/fd/%d", to);
    length =
        readlink(link, system_stand->mounted[system_stand->mounted_count], PATH_MAX - 1);
    assert_true(length > 0);
    system_stand->mounted[system_stand->mounted_count++][length] = '\0';
    return 0;
}

static int stand_in_unlinkat(int directory, const char *path, int flags)
{
    return fails() ? -1 : unlinkat(directory, path, flags);
}

/* What was made in a mount that is gone is gone as well. */
static int stand_in_mkdirat(int directory, const char *path, mode_t mode)
{
    if (fails())
        return -1;
    return mkdirat(directory, path, mode) < 0 && errno != EEXIST ? -1 : 0;
}

static int stand_in_openat(int directory, const char *path, int flags)
{
    if (fails())
        return -1;
    return openat(directory, strcmp(path, "/dev/fuse") == 0 ? "/dev/null" : path, flags);
}

/* In the place of those that everything else is linked with. */
int __real_socketpair(int domain, int type, int protocol, int sockets[2]);
int __wrap_socketpair(int domain, int type, int protocol, int sockets[2]);
pid_t __real_fork(void);
pid_t __wrap_fork(void);

int __wrap_socketpair(int domain, int type, int protocol, int sockets[2])
{
    return fails() ? -1 : __real_socketpair(domain, type, protocol, sockets);
}

pid_t __wrap_fork(void)
{
    return fails() ? -1 : __real_fork();
}

static int stand_in_memfd(const char *name)
{
    return fails() ? -1 : memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static int stand_in_fchown(int fd, uid_t owner, gid_t group)
{
    (void)fd;
    (void)owner;
    (void)group;
    return fails() ? -1 : 0;
}

void system_stand_in(void)
{
    system_stand = mmap(NULL, sizeof(*system_stand), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(system_stand != MAP_FAILED);
    system_calls = (struct system){
        .unshare = stand_in_unshare,
        .mount = stand_in_mount,
        .umount2 = stand_in_umount2,
        .open_tree = stand_in_open_tree,
        .mount_setattr = stand_in_mount_setattr,
        .move_mount = stand_in_move_mount,
        .mkdirat = stand_in_mkdirat,
        .unlinkat = stand_in_unlinkat,
        .openat = stand_in_openat,
        .memfd = stand_in_memfd,
        .fchown = stand_in_fchown,
    };
}

void system_fail_call(unsigned call)
{
    system_stand->mounted_count = 0;
    system_stand->calls = 0;
    system_stand->failing_call = call;
}
