/* system.h: the calls by which the storage service changes the system.
 *
 * They go through one table so that a test can make any single one fail, in turn, and see
 * that everything done before it is undone. Nothing else ever writes to the table.
 * fork(2) and socketpair(2), which lib/ calls, too, are replaced when the test is linked.
 */
#ifndef ATELIER_SYSTEM_H
#define ATELIER_SYSTEM_H

#include <sys/types.h>

struct mount_attr;

struct system {
    int (*unshare)(int flags);
    int (*setns)(int fd, int kind);
    int (*mount)(const char *source, const char *target, const char *type,
                 unsigned long flags, const void *options);
    int (*umount2)(const char *target, int flags);
    int (*open_tree)(int directory, const char *path, unsigned flags);
    int (*mount_setattr)(int directory, const char *path, unsigned flags,
                         struct mount_attr *attributes, size_t size);
    int (*move_mount)(int from, const char *from_path, int to, const char *to_path,
                      unsigned flags);
    int (*mkdirat)(int directory, const char *path, mode_t mode);
    int (*unlinkat)(int directory, const char *path, int flags);
    int (*openat)(int directory, const char *path, int flags);
    int (*memfd)(const char *name); /* as memfd_create(2), sealable and close-on-exec */
    int (*fchown)(int fd, uid_t owner, gid_t group);
};

extern struct system system_calls;

/* umount2(2) that follows no link. It is no failure when nothing is mounted or the path
 * is not there. Returns 0, or -1 with errno set. */
int system_unmount(const char *path, int flags);

#endif
