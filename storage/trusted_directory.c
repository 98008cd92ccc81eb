/* trusted_directory.c: opens and makes directories that nobody but root can exchange. */
#include "storage/trusted_directory.h"

#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static bool is_exchangeable(const struct stat *status)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return true;
    return (status->st_mode & (S_IWGRP | S_IWOTH)) && !(status->st_mode & S_ISVTX);
}

static int check(int fd, const char *parent_path, const char *name, struct error *error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return error_set(error, ERROR_NODE, "cannot examine %s/%s: %s", parent_path, name,
                         strerror(errno));
    if (!is_exchangeable(&status))
        return 0;
    errno = EPERM;
    return error_set(error, ERROR_NODE,
                     "%s/%s can be changed by others than root (owner %u, mode %04o): "
                     "chown root and chmod go-w it",
                     parent_path, name, (unsigned)status.st_uid,
                     (unsigned)status.st_mode & 07777);
}

int trusted_directory_open_at(int parent, const char *parent_path, const char *name,
                              bool create, unsigned mode, struct error *error)
{
    int fd, cause;

    if (create && system_calls.mkdirat(parent, name, (mode_t)mode) < 0 && errno != EEXIST)
        return error_set(error, ERROR_NODE, "cannot make the directory %s/%s: %s",
                         parent_path, name, strerror(errno));
    fd = system_calls.openat(parent, name, OPEN_FLAGS);
    if (fd < 0)
        return error_set(
            error, ERROR_NODE, "cannot open the directory %s/%s: %s", parent_path, name,
            errno == ENOTDIR || errno == ELOOP ? "it is a file or a symbolic link"
                                               : strerror(errno));
    if (check(fd, parent_path, name, error) == 0)
        return fd;
    cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

/* Opens `rest`, which is left of the path, below `parent`, and closes `parent`. */
static int walk(int parent, const char *path, char *rest, bool create, unsigned mode,
                struct error *error)
{
    char above[PATH_MAX] = "";
    char *name, *place;

    for (name = strtok_r(rest, "/", &place); name && parent >= 0;
         name = strtok_r(NULL, "/", &place)) {
        int child = trusted_directory_open_at(parent, above, name, create, mode, error);
        int cause = errno;

        close(parent);
        errno = cause;
        parent = child;
        snprintf(above, sizeof(above), "%.*s",
                 (int)(name - rest + (long)strlen(name) + 1), path);
    }
    return parent;
}

int trusted_directory_open(const char *path, bool create, unsigned mode,
                           struct error *error)
{
    char rest[PATH_MAX];
    int root;

    if (path[0] != '/') {
        errno = EINVAL;
        return error_set(error, ERROR_SITE,
                         "%.64s is not an absolute path of a directory", path);
    }
    if (strlen(path) >= sizeof(rest)) {
        errno = ENAMETOOLONG;
        return error_set(error, ERROR_SITE, "%.64s...: a path has less than %d bytes",
                         path, PATH_MAX);
    }
    root = system_calls.openat(AT_FDCWD, "/", OPEN_FLAGS);
    if (root < 0)
        return error_set(error, ERROR_NODE, "cannot open /: %s", strerror(errno));
    strcpy(rest, path + 1);
    return walk(root, path, rest, create, mode, error);
}

int trusted_directory_open_in(const char *parent, const char *name, struct error *error)
{
    int directory = trusted_directory_open(parent, false, 0, error);
    int child;

    if (directory < 0)
        return -1;
    child = trusted_directory_open_at(directory, parent, name, false, 0, error);
    close(directory);
    return child;
}

char *trusted_directory_link(int fd, char link[TRUSTED_DIRECTORY_LINK_SIZE])
{
    snprintf(link, TRUSTED_DIRECTORY_LINK_SIZE, "/proc/self/fd/%d", fd);
    return link;
}
