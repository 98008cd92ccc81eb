#include "shared_directory.h"
#include "identity.h"
#include "process.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODE 0700

static int open_own(int parent, const char *name)
{
    const struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                            RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};

    return (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
}

int shared_directory_make(int parent, const char *name)
{
    bool is_new = mkdirat(parent, name, MODE) == 0;
    struct stat status;
    int fd;

    if (!is_new && errno != EEXIST)
        return -1;
    fd = open_own(parent, name);
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

int shared_directory_remove(int parent, const char *name, const struct identity *identity,
                            const struct facts *facts, const struct deadline *deadline)
{
    int kept = dup(parent), status = -1;
    pid_t child = kept < 0 ? -1 : process_fork(kept);

    if (child == 0)
        _exit(identity_become(identity, facts->uid, facts->gid) == 0 &&
                      sweep_one(PROCESS_SOCKET, name) == 0
                  ? 0
                  : 1);
    if (kept >= 0)
        close(kept);
    if (child > 0 && process_wait(child, deadline, &status) < 0)
        process_kill(child);
    return status == 0 ? 0 : -1;
}
