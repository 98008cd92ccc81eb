/* fuse_mount.c: mounts one FUSE volume of the job. */
#include "storage/volume/fuse_mount.h"

#include "lib/protocol/client_protocol.h"
#include "storage/trusted_directory.h"
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_AHEAD_KIB "4096" /* four READs of CLIENT_TRANSFER_MAX */

/* Mounts with allow_other, since root's slurmstepd opens output files here before it
 * becomes the user; nobody else is in the namespace. Rejected: default_permissions, since
 * the file server decides. */
static int mount_fuse(const struct plan_volume *volume, int target, int fuse, uid_t uid,
                      gid_t gid, struct error *error)
{
    unsigned long flags = MS_NOSUID | MS_NODEV | (volume->read_only ? MS_RDONLY : 0);
    char source[2 * NAME_LENGTH_MAX + sizeof("atelier:/")];
    char link[TRUSTED_DIRECTORY_LINK_SIZE];
    char options[160];

    snprintf(source, sizeof(source), "atelier:%s/%s", volume->server.name, volume->name);
    snprintf(options, sizeof(options),
             "fd=%d,rootmode=40000,user_id=%u,group_id=%u,allow_other,max_read=%d", fuse,
             (unsigned)uid, (unsigned)gid, CLIENT_TRANSFER_MAX);
    if (system_calls.mount(source, trusted_directory_link(target, link), "fuse.atelier",
                           flags, options) < 0)
        return error_set(error, ERROR_NODE, "cannot mount volume `%s`: %s", volume->name,
                         strerror(errno));
    return 0;
}

int fuse_mount_make(const struct plan_volume *volume, const char *root, uid_t uid,
                    gid_t gid, struct error *error)
{
    int target = trusted_directory_open_in(root, volume->name, error);
    int fuse;

    if (target < 0)
        return -1;
    fuse = system_calls.openat(AT_FDCWD, "/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse < 0)
        error_set(error, ERROR_NODE, "cannot open /dev/fuse: %s (modprobe fuse?)",
                  strerror(errno));
    else if (mount_fuse(volume, target, fuse, uid, gid, error) < 0) {
        close(fuse);
        fuse = -1;
    }
    close(target);
    return fuse;
}

/* Finds the mount without asking the client for its attributes: the client may hang. */
void fuse_mount_read_ahead(const char *path)
{
    struct statx status;
    char device[64];
    int fd;

    if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, 0, &status) < 0)
        return;
    snprintf(device, sizeof(device), "/sys/class/bdi/%u:%u/read_ahead_kb",
             status.stx_dev_major, status.stx_dev_minor);
    fd = open(device, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, READ_AHEAD_KIB, strlen(READ_AHEAD_KIB)) < 0) {
        /* reading is as slow as it was before */
    }
    close(fd);
}
