/* place.c: makes a mount read-only, nosuid and nodev, and binds it elsewhere. */
#include "storage/mount/place.h"

#include "storage/trusted_directory.h"
#include "storage/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LOOK (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define KEPT_FLAGS (ST_RDONLY | ST_NOEXEC | ST_NOATIME | ST_NODIRATIME)

_Static_assert((int)ST_RDONLY == (int)MS_RDONLY && (int)ST_NOEXEC == (int)MS_NOEXEC &&
                   (int)ST_NOATIME == (int)MS_NOATIME &&
                   (int)ST_NODIRATIME == (int)MS_NODIRATIME,
               "what statvfs(2) says is what mount(2) takes");

/* Opens the target, whose directories above are root's, made for this job, and hold no
 * links. */
static int open_target(const struct plan_volume *volume, const char *target,
                       struct error *error)
{
    int fd = system_calls.openat(AT_FDCWD, target, LOOK);

    return fd >= 0
               ? fd
               : error_set(error, ERROR_STORAGE, "volume `%s` cannot be looked at: %s",
                           volume->name, strerror(errno));
}

/* Checks that something is mounted: a directory on the same file system as its parent has
 * nothing mounted on it. */
static int check_mounted(const struct plan_volume *volume, const char *target, int fd,
                         struct error *error)
{
    char above[PLAN_PATH_SIZE];
    struct stat it, parent;

    snprintf(above, sizeof(above), "%.*s", (int)(strrchr(target, '/') - target), target);
    if (fstat(fd, &it) < 0 || stat(above, &parent) < 0)
        return error_set(error, ERROR_STORAGE, "volume `%s` cannot be looked at: %s",
                         volume->name, strerror(errno));
    return it.st_dev != parent.st_dev
               ? 0
               : error_set(error, ERROR_SITE,
                           "volume `%s`: its command ended with success and mounted "
                           "nothing on %s",
                           volume->name, target);
}

static int restrict_mount(const struct plan_volume *volume, int fd, struct error *error)
{
    unsigned long flags = MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV;
    char link[TRUSTED_DIRECTORY_LINK_SIZE];
    struct statvfs status;

    if (fstatvfs(fd, &status) < 0)
        return error_set(error, ERROR_STORAGE, "volume `%s` cannot be looked at: %s",
                         volume->name, strerror(errno));
    flags |= status.f_flag & KEPT_FLAGS;
    flags |= volume->read_only ? MS_RDONLY : 0;
    if (system_calls.mount(NULL, trusted_directory_link(fd, link), NULL, flags, NULL) < 0)
        return error_set(error, ERROR_NODE, "volume `%s` cannot be made nosuid: %s",
                         volume->name, strerror(errno));
    return 0;
}

int place_restrict(const struct plan_volume *volume, const char *target,
                   struct error *error)
{
    int fd = open_target(volume, target, error);
    int status;

    if (fd < 0)
        return -1;
    status = check_mounted(volume, target, fd, error) < 0 ||
                     restrict_mount(volume, fd, error) < 0
                 ? -1
                 : 0;
    close(fd);
    return status;
}

static int is_empty(int place)
{
    int fd = system_calls.openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    int count = 0;

    if (!entries) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    while (count <= 2 && readdir(entries))
        count++;
    closedir(entries);
    return count <= 2 ? 0 : -1;
}

static int is_within(const char *inner, const char *outer)
{
    size_t length = strlen(outer);

    return strncmp(inner, outer, length) == 0 &&
           (inner[length] == '\0' || inner[length] == '/');
}

static int bind_to_place(const struct plan_volume *volume, const char *target, int place,
                         struct error *error)
{
    char from[TRUSTED_DIRECTORY_LINK_SIZE], to[TRUSTED_DIRECTORY_LINK_SIZE];
    int fd = open_target(volume, target, error), status;

    if (fd < 0)
        return -1;
    status = system_calls.mount(trusted_directory_link(fd, from),
                                trusted_directory_link(place, to), NULL, MS_BIND, NULL);
    if (status < 0)
        error_set(error, ERROR_NODE, "volume `%s` cannot appear at %s: %s", volume->name,
                  volume->place, strerror(errno));
    close(fd);
    return status;
}

int place_mount(const struct plan_volume *volume, const char *root, const char *target,
                struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    int place, status;

    if (is_within(root, volume->place) || is_within(volume->place, root))
        return error_set(error, ERROR_SITE,
                         "volume `%s` cannot appear at %s, where %s is: give it another "
                         "place in the policy",
                         volume->name, volume->place, root);
    place = trusted_directory_open(volume->place, false, 0, &cause);
    if (place < 0)
        return error_wrap(error, &cause, "volume `%s` cannot appear at %s", volume->name,
                          volume->place);
    status = is_empty(place);
    if (status < 0)
        error_set(error, ERROR_NODE,
                  "volume `%s` cannot appear at %s, which is not empty: it would hide "
                  "what is there",
                  volume->name, volume->place);
    else
        status = bind_to_place(volume, target, place, error);
    close(place);
    return status;
}
