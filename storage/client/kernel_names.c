/* kernel_names.c: drops names of a FUSE volume that the kernel remembers. */
#include "storage/client/kernel_names.h"

#include "lib/process.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Any change of a file system's options, even an empty one, makes the kernel first drop
 * all names that nobody uses (fsconfig(2) from Linux 5.2 on, and mount(2) ever since).
 * Rejected: MS_REMOUNT, which would set the mount's own flags anew;
 * FUSE_NOTIFY_INVAL_ENTRY, which needs each name's directory, and takes working
 * directories and open files along. */
int kernel_names_forget(const char *path)
{
    int options =
        (int)syscall(SYS_fspick, AT_FDCWD, path,
                     FSPICK_CLOEXEC | FSPICK_NO_AUTOMOUNT | FSPICK_SYMLINK_NOFOLLOW);
    int status;

    if (options < 0)
        return -1;
    status = (int)syscall(SYS_fsconfig, options, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0);
    close(options);
    return status;
}

pid_t kernel_names_forget_apart(const char *path)
{
    pid_t child = process_fork(-1);

    if (child == 0)
        _exit(kernel_names_forget(path) < 0 ? 1 : 0);
    return child;
}
