/* process_view.c: looks at the node's processes through /proc. */
#include "storage/process_view.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Mounts a procfs by system call numbers, as glibc has the functions only from 2.36 on.
 * Where the kernel can do that, it holds only processes and no settings of the
 * kernel's. */
static int mount_own(int filesystem)
{
    syscall(SYS_fsconfig, filesystem, FSCONFIG_SET_STRING, "subset", "pid", 0);
    if (syscall(SYS_fsconfig, filesystem, FSCONFIG_SET_STRING, "hidepid", "0", 0) < 0 ||
        syscall(SYS_fsconfig, filesystem, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -1;
    return (int)syscall(SYS_fsmount, filesystem, FSMOUNT_CLOEXEC,
                        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                            MOUNT_ATTR_NOEXEC);
}

int process_view_open(void)
{
    int filesystem = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
    int view = -1;

    if (filesystem >= 0) {
        view = mount_own(filesystem);
        close(filesystem);
    }
    return view >= 0 ? view : open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
