/* shared_directory.c: makes and deletes one job's directory on a volume. */
#include "storage/mount/shared_directory.h"

#include "lib/process.h"
#include "storage/identity.h"
#include "storage/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODE 0700

static int open_there(int parent, const char *name, int access)
{
    const struct open_how how = {.flags = (unsigned)access | O_DIRECTORY | O_NOFOLLOW |
                                          O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                            RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};

    return (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
}

/* Opens a directory that is there already, as shared_directory_make does. */
static int open_own(int parent, const char *name)
{
    int fd = open_there(parent, name, O_PATH);
    struct stat status;

    if (fd < 0) {
        errno = errno == ENOTDIR || errno == ELOOP || errno == EXDEV ? EEXIST : errno;
        return -1;
    }
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
        !(status.st_mode & (S_IWGRP | S_IWOTH)))
        return fd;
    close(fd);
    errno = EEXIST;
    return -1;
}

int shared_directory_make(int parent, const char *name)
{
    return mkdirat(parent, name, MODE) == 0 || errno == EEXIST ? open_own(parent, name)
                                                               : -1;
}

/* Calls `open` with each of the user's names in turn, until one opens, or fails for
 * another reason than that somebody else has the name or nobody has. */
static int try_names(int place, int (*open)(int parent, const char *name))
{
    char name[32];
    int fd = -1, length;

    for (unsigned i = 1; i <= SHARED_DIRECTORY_NAMES && fd < 0; i++) {
        length = snprintf(name, sizeof(name), "atelier-%u", (unsigned)geteuid());
        if (i > 1)
            snprintf(name + length, sizeof(name) - (size_t)length, ".%u", i);
        fd = open(place, name);
        if (fd < 0 && errno != EEXIST && errno != ENOENT)
            return -1;
    }
    return fd;
}

/* Looks for a directory that is there before it makes one: the job's other nodes use
 * that, even though an earlier name may be free by now. */
int shared_directory_of_user(int place)
{
    int fd = try_names(place, open_own);

    return fd < 0 && (errno == EEXIST || errno == ENOENT)
               ? try_names(place, shared_directory_make)
               : fd;
}

int shared_directory_explain(const struct plan_mount *mount, const char *place, int cause,
                             struct error *error)
{
    const char *reason = strerror(cause);
    enum error_party party = ERROR_STORAGE;

    if (cause == EACCES || cause == EPERM || cause == EROFS) {
        reason = "the user may not write there";
        party = ERROR_SITE;
    } else if (cause == ENOENT || cause == ENOTDIR || cause == ELOOP || cause == EXDEV) {
        reason = "the volume has no such directory";
        party = ERROR_SITE;
    } else if (cause == EEXIST) {
        reason = "what is there is not the user's own directory";
        party = ERROR_SITE;
    }
    return error_set(error, party,
                     "the job's shared directory %s cannot be made in %s, which the "
                     "policy names as `shared_job_temp`: %s%s",
                     mount->own, place, reason,
                     party == ERROR_SITE ? "; tell the site's administrators" : "");
}

union handle {
    struct file_handle head;
    unsigned char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

/* Returns whether both descriptors are of one directory. A server may give the inode
 * number of a deleted directory to another one. Where the file system has handles, they
 * decide, since those differ then. */
static bool is_same(int one, int other)
{
    union handle first = {.bytes = {0}}, second = {.bytes = {0}};
    struct stat here, there;
    int mount;

    first.head.handle_bytes = second.head.handle_bytes = MAX_HANDLE_SZ;
    if (fstat(one, &here) < 0 || fstat(other, &there) < 0 ||
        here.st_dev != there.st_dev || here.st_ino != there.st_ino)
        return false;
    if (name_to_handle_at(one, "", &first.head, &mount, AT_EMPTY_PATH) < 0 ||
        name_to_handle_at(other, "", &second.head, &mount, AT_EMPTY_PATH) < 0)
        return errno == EOPNOTSUPP || errno == EOVERFLOW;
    return memcmp(first.bytes, second.bytes, sizeof(first.bytes)) == 0;
}

static int remove_there(int parent, const char *name, const char *mounted)
{
    int own = open(mounted, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int there = open_there(parent, name, O_RDONLY);

    if (there < 0)
        return errno == ENOENT ? 0 : -1;
    if (own < 0 || !is_same(own, there))
        return -1;
    sweep_opened(there);
    return unlinkat(parent, name, AT_REMOVEDIR); /* fails unless it is empty by now */
}

int shared_directory_remove(int parent, const char *name, const char *mounted,
                            const struct identity *identity, const struct facts *facts,
                            const struct deadline *deadline)
{
    int kept = dup(parent), status = -1;
    pid_t child = kept < 0 ? -1 : process_fork(kept);

    if (child == 0)
        _exit(identity_become(identity, facts->uid, facts->gid) == 0 &&
                      remove_there(PROCESS_SOCKET, name, mounted) == 0
                  ? 0
                  : 1);
    if (kept >= 0)
        close(kept);
    if (child > 0 && process_wait(child, deadline, &status) < 0)
        process_kill(child);
    return status == 0 ? 0 : -1;
}
