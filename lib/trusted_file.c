/* trusted_file.c: opens and reads files only where nobody but root can change them. */
#include "lib/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Says who may change `path` and which command mends it. Returns 0 when nobody but root
 * may. */
static int check_owner_and_mode(const char *path, const struct stat *status,
                                struct error *error)
{
    if (status->st_uid != 0)
        return error_set(error, ERROR_SITE,
                         "%s belongs to user %u, who could change what root obeys: run "
                         "`chown root %s`",
                         path, (unsigned)status->st_uid, path);
    if (status->st_mode & S_ISVTX && status->st_mode & S_IWOTH)
        return error_set(error, ERROR_SITE,
                         "%s is for everybody's files, so root obeys none in it: move "
                         "the file to a directory of root's own, such as /etc/atelier",
                         path);
    if (status->st_mode & S_IWOTH)
        return error_set(error, ERROR_SITE,
                         "everybody may write %s, which root obeys: run `chmod go-w %s`",
                         path, path);
    if (status->st_mode & S_IWGRP)
        return error_set(error, ERROR_SITE,
                         "group %u may write %s, which root obeys: run `chmod g-w %s`",
                         (unsigned)status->st_gid, path, path);
    return 0;
}

/* Checks a directory's owner and mode. An access list shows in the mode's group bits,
 * where its mask stands: a named user who may write makes S_IWGRP true. */
static int check_directory(const char *path, struct error *error)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return error_set(error, ERROR_SITE, "cannot look at %s: %s", path,
                         strerror(errno));
    return check_owner_and_mode(path, &status, error);
}

/* `path` is a real path: absolute, without links. Its parents are checked from the root
 * down, so that nobody can exchange one after it was checked. */
static int check_parents(char *path, struct error *error)
{
    if (check_directory("/", error) < 0)
        return -1;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        int status;

        *slash = '\0';
        status = check_directory(path, error);
        *slash = '/';
        if (status < 0)
            return -1;
    }
    return 0;
}

/* Writes the path by which the kernel reached `fd`. */
static int real_path(int fd, char *path, size_t size, struct error *error)
{
    char link[64];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, size - 1);
    if (length < 0)
        return error_set(error, ERROR_SITE, "cannot read %s: %s: is /proc mounted?", link,
                         strerror(errno));
    path[length] = '\0';
    return 0;
}

/* Judges the file by its descriptor. A file that root replaced meanwhile is still good:
 * it was whole, in a trusted directory. */
static int check_trust(int fd, const struct stat *status, struct error *error)
{
    char path[PATH_MAX];

    if (real_path(fd, path, sizeof(path), error) < 0 || check_parents(path, error) < 0)
        return -1;
    return check_owner_and_mode(path, status, error);
}

/* Opens a regular file. O_NONBLOCK is for a FIFO or a device that stands there, whose
 * opening must not wait. */
static int open_regular(const char *path, struct stat *status, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0)
        return error_set(error, ERROR_SITE, "cannot open %s: %s", path, strerror(errno));
    if (fstat(fd, status) < 0)
        error_set(error, ERROR_SITE, "cannot look at %s: %s", path, strerror(errno));
    else if (!S_ISREG(status->st_mode))
        error_set(error, ERROR_SITE, "%s is not a regular file", path);
    else
        return fd;
    close(fd);
    return -1;
}

static int check_size(const char *path, const struct stat *status, struct error *error)
{
    if (status->st_size <= TRUSTED_FILE_SIZE_MAX)
        return 0;
    return error_set(error, ERROR_SITE, "%s is larger than %d bytes", path,
                     TRUSTED_FILE_SIZE_MAX);
}

/* Reads as much as fstat said and no more. A file that grows meanwhile is read in part;
 * its text then fails to parse, or the next job reads it whole. */
static char *read_all(int fd, const char *path, size_t size, size_t *length,
                      struct error *error)
{
    char *text = malloc(size + 1);
    ssize_t count = 1;

    if (!text) {
        error_set(error, ERROR_NODE, "out of memory for %s", path);
        return NULL;
    }
    for (*length = 0; *length < size && count != 0;) {
        count = read(fd, text + *length, size - *length);
        if (count < 0 && errno != EINTR) {
            error_set(error, ERROR_SITE, "cannot read %s: %s", path, strerror(errno));
            free(text);
            return NULL;
        }
        *length += count > 0 ? (size_t)count : 0;
    }
    text[*length] = '\0';
    return text;
}

static char *read_file(const char *path, bool trusted, size_t *length,
                       struct error *error)
{
    struct stat status;
    int fd = open_regular(path, &status, error);
    char *text = NULL;

    *length = 0;
    if (fd < 0)
        return NULL;
    if (check_size(path, &status, error) == 0 &&
        (!trusted || check_trust(fd, &status, error) == 0))
        text = read_all(fd, path, (size_t)status.st_size, length, error);
    close(fd);
    return text;
}

int trusted_file_check(const char *path, struct error *error)
{
    struct stat status;
    int fd = open_regular(path, &status, error);
    int result = fd < 0 ? -1 : check_trust(fd, &status, error);

    if (fd >= 0)
        close(fd);
    return result;
}

char *trusted_file_read(const char *path, size_t *length, struct error *error)
{
    return read_file(path, true, length, error);
}

bool trusted_file_is_exposed(const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat status;
    bool exposed;

    if (fd < 0)
        return false;
    exposed = fstat(fd, &status) < 0 || check_trust(fd, &status, NULL) < 0;
    close(fd);
    return exposed;
}

char *plain_file_read(const char *path, size_t *length, struct error *error)
{
    return read_file(path, false, length, error);
}
