/* session.c: reads the kernel's requests of a volume from /dev/fuse. */
#include "nfs/session.h"

#include "lib/protocol/client_protocol.h"
#include "nfs/file/file.h"
#include "nfs/greeting.h"
#include "nfs/lock/lock.h"
#include "nfs/name/create.h"
#include "nfs/name/directory.h"
#include "nfs/name/entry.h"
#include "nfs/name/names.h"
#include "nfs/name/prune.h"
#include "nfs/name/remove.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define REQUESTS_AT_ONCE 32 /* requests; then the server's answers get their turn */
#define BACKGROUND_MAX 64   /* read-ahead requests that the kernel may have under way */
#define FIRST_MS 2000       /* for the kernel's first request, which the mount queued */

/* Chooses what the kernel is asked for. NFSv3's open changes nothing, so the kernel is to
 * send O_TRUNC as a SETATTR of its own, which libfuse would otherwise spare it. A listing
 * with attributes takes no more calls than one without; left to guess, the kernel would
 * ask for every directory's second piece without them, and then send a LOOKUP for each
 * name. */
static void init(void *data, struct fuse_conn_info *fuse)
{
    struct volume *volume = data;

    fuse->want &= ~(unsigned)FUSE_CAP_ATOMIC_O_TRUNC;
    if (!volume->locks)
        fuse->want &= ~(unsigned)(FUSE_CAP_POSIX_LOCKS | FUSE_CAP_FLOCK_LOCKS);
    fuse->want &= ~(unsigned)FUSE_CAP_READDIRPLUS_AUTO;
    /* A handle's target never changes. */
    fuse->want |= fuse->capable & FUSE_CAP_CACHE_SYMLINKS;
    fuse->max_write = volume->write_max;
    fuse->max_background = BACKGROUND_MAX;
    fuse->congestion_threshold = BACKGROUND_MAX * 3 / 4;
    fuse->time_gran = 1;
}

/* Left out: fsyncdir, since the server makes names safe before it answers. */
static const struct fuse_lowlevel_ops operations = {
    .init = init,
    .lookup = entry_lookup,
    .forget = entry_forget,
    .forget_multi = entry_forget_multi,
    .getattr = entry_getattr,
    .setattr = entry_setattr,
    .access = entry_access,
    .readlink = entry_readlink,
    .statfs = entry_statfs,
    .create = create_file,
    .mknod = create_node,
    .mkdir = create_directory,
    .symlink = create_symlink,
    .link = create_link,
    .unlink = remove_file,
    .rmdir = remove_directory,
    .rename = remove_by_rename,
    .open = file_open,
    .read = file_read,
    .write = file_write,
    .flush = file_flush,
    .fsync = file_fsync,
    .release = file_release,
    .getlk = lock_test,
    .setlk = lock_set,
    .flock = lock_whole_file,
    .opendir = directory_opendir,
    .readdir = directory_readdir,
    .readdirplus = directory_readdirplus,
    .releasedir = directory_releasedir,
};

/* Makes reading never wait: a request may be withdrawn between poll and read. */
static int never_wait(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Answers the kernel's first request before the keeper hears that the volume is served:
 * the keeper then sets the mount's read-ahead, which that request would set back. */
static int begin(struct volume *volume, int fd, struct error *error)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    if (never_wait(fd) < 0 || poll(&polled, 1, FIRST_MS) != 1)
        error_set(error, ERROR_NODE, "the kernel does not begin");
    else
        volume->session = greeting_session(&operations, volume, error);
    if (volume->session)
        return greeting_answer(volume->session, fd, error);
    close(fd);
    return -1;
}

int session_open(struct volume *volume, int fd, struct error *error)
{
    if (fd < 0 || volume->session)
        return error_set(error, ERROR_NODE, "volume `%s` is not to be served so",
                         volume->name);
    if (begin(volume, fd, error) < 0)
        return error_wrap(error, error, "cannot serve volume `%s` through /dev/fuse",
                          volume->name);
    /* The kernel has no names yet; it shows whether it can drop them. */
    names_drop(volume);
    return 0;
}

int session_descriptor(const struct volume *volume)
{
    if (!volume->session || fuse_session_exited(volume->session))
        return -1;
    return fuse_session_fd(volume->session);
}

void session_service(struct volume *volume)
{
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
        int received = fuse_session_receive_buf(volume->session, &volume->request);

        if (received <= 0)
            break;
        fuse_session_process_buf(volume->session, &volume->request);
    }
    prune(volume);
    names_drop_late(volume);
}

void session_close(struct volume *volume)
{
    if (volume->session)
        fuse_session_destroy(volume->session);
    volume->session = NULL;
    free(volume->request.mem);
    volume->request.mem = NULL;
}

int session_try(struct error *error)
{
    static struct volume nothing = {.write_max = CLIENT_TRANSFER_MAX};

    return greeting_try(&operations, &nothing, error);
}
