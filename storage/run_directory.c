/* run_directory.c: makes, locks and removes RUN/NODE/JOB, where a keeper listens. */
#include "storage/run_directory.h"

#include "lib/deadline.h"
#include "lib/message.h"
#include "lib/name.h"
#include "lib/number.h"
#include "lib/policy/plan.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/trusted_directory.h"
#include "storage/outage_note.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DIRECTORY_MODE 0700
/* The end of another job may remove the node's empty directory. */
#define CREATE_ATTEMPTS 8
#define TEMP_NOTE "temp" /* a symbolic link, which nothing follows */
#define HOLD_MS 100      /* for whoever is clearing it to be done */

int run_directory_name(struct run_directory *directory, const char *run, const char *node,
                       unsigned job, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    *directory = (struct run_directory){.fd = -1};
    if (!name_is_valid(node)) {
        name_quote(node ? node : "", quoted, sizeof(quoted));
        return error_set(error, ERROR_NODE, "`%s` is not a node name", quoted);
    }
    snprintf(directory->run, sizeof(directory->run), "%s", run);
    snprintf(directory->node, sizeof(directory->node), "%s", node);
    snprintf(directory->job, sizeof(directory->job), "%u", job);
    snprintf(directory->node_path, sizeof(directory->node_path), "%s/%s", run, node);
    snprintf(directory->path, sizeof(directory->path), "%s/%s/%u", run, node, job);
    if (strlen(directory->path) + sizeof("/" KEEPER_SOCKET) >
        sizeof(((struct sockaddr_un *)0)->sun_path))
        return error_set(error, ERROR_SITE,
                         "%s is too long for a socket: choose a shorter `run` directory",
                         directory->path);
    return 0;
}

bool run_directory_same_mount(int parent, int child)
{
    struct statx above, below;

    return statx(parent, "", AT_EMPTY_PATH, STATX_MNT_ID, &above) == 0 &&
           statx(child, "", AT_EMPTY_PATH, STATX_MNT_ID, &below) == 0 &&
           above.stx_mnt_id == below.stx_mnt_id;
}

/* Opens a directory, unless something is mounted there: that, and all below it, is not
 * ours. Closes `parent`. */
static int open_same_mount(int parent, const char *parent_path, const char *name,
                           bool create, struct error *error)
{
    int fd = parent < 0 ? -1
                        : trusted_directory_open_at(parent, parent_path, name, create,
                                                    DIRECTORY_MODE, error);
    int cause = errno;

    if (fd >= 0 && !run_directory_same_mount(parent, fd)) {
        cause = EXDEV;
        error_set(error, ERROR_NODE,
                  "%s/%s is a mount point, below which nothing is touched: unmount it",
                  parent_path, name);
        close(fd);
        fd = -1;
    }
    if (parent >= 0)
        close(parent);
    errno = cause;
    return fd;
}

static int open_below_run(struct run_directory *directory, bool create,
                          struct error *error)
{
    int run = trusted_directory_open(directory->run, create, DIRECTORY_MODE, error);
    int node = open_same_mount(run, directory->run, directory->node, create, error);

    directory->fd =
        open_same_mount(node, directory->node_path, directory->job, create, error);
    return directory->fd < 0 ? -1 : 0;
}

int run_directory_open(struct run_directory *directory, struct error *error)
{
    return open_below_run(directory, false, error);
}

bool run_directory_is_job(const char *name)
{
    return number_is_digits(name);
}

int run_directory_open_node(const char *run, const char *node)
{
    int above = name_is_valid(node) ? trusted_directory_open(run, false, 0, NULL) : -1;
    int place = open_same_mount(above, run, node, false, NULL);
    int fd = place < 0 ? -1 : openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (place >= 0)
        close(place);
    return fd;
}

bool run_directory_read_note(int node, const char *job, const char *name, char *text,
                             size_t size)
{
    char path[64];
    ssize_t length;

    snprintf(path, sizeof(path), "%s/%s", job, name);
    length = readlinkat(node, path, text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Returns whether the directory has been removed: whoever opened it before can still lock
 * it. */
static bool is_removed(int fd)
{
    struct stat status;

    return fstat(fd, &status) < 0 || status.st_nlink == 0;
}

int run_directory_hold(struct run_directory *directory, struct error *error)
{
    struct deadline deadline = deadline_after(HOLD_MS);
    int fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (deadline_lock(fd, LOCK_SH, &deadline) == 0 && !is_removed(fd)) {
        close(directory->fd);
        directory->fd = fd;
        return 0;
    }
    if (fd >= 0)
        close(fd);
    errno = ENOENT;
    return error_set(error, ERROR_NODE, "%s is being removed by another start command",
                     directory->path);
}

int run_directory_create(struct run_directory *directory, struct error *error)
{
    for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
        struct error cause = {0};

        if (open_below_run(directory, true, &cause) == 0 &&
            run_directory_hold(directory, &cause) == 0)
            return 0;
        run_directory_close(directory);
        if (errno != ENOENT || attempt == CREATE_ATTEMPTS - 1)
            return error_pass(error, &cause);
    }
    return -1;
}

static const char *socket_path(const struct run_directory *directory, char *path,
                               size_t size)
{
    char link[TRUSTED_DIRECTORY_LINK_SIZE];

    snprintf(path, size, "%s/%s", trusted_directory_link(directory->fd, link),
             KEEPER_SOCKET);
    return path;
}

int run_directory_listen(const struct run_directory *directory)
{
    char path[TRUSTED_DIRECTORY_LINK_SIZE + sizeof(KEEPER_SOCKET)];

    return message_listen(socket_path(directory, path, sizeof(path)));
}

int run_directory_connect(const struct run_directory *directory)
{
    char path[TRUSTED_DIRECTORY_LINK_SIZE + sizeof(KEEPER_SOCKET)];

    return message_connect(socket_path(directory, path, sizeof(path)));
}

int run_directory_note_temp(const struct run_directory *directory, const char *path)
{
    return symlinkat(path, directory->fd, TEMP_NOTE);
}

int run_directory_take_temp(int fd, char *path)
{
    ssize_t length = readlinkat(fd, TEMP_NOTE, path, PLAN_PATH_SIZE - 1);

    if (length <= 0)
        return -1;
    path[length] = '\0';
    return unlinkat(fd, TEMP_NOTE, 0);
}

int run_directory_note_shared(const struct run_directory *directory)
{
    int fd = openat(directory->fd, KEEPER_SHARED,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    return fd < 0 ? -1 : close(fd);
}

/* Removes the directory `name` below `parent_path`, if it is empty. Returns 0 when it is
 * gone. */
static int remove_empty(const char *parent_path, const char *name)
{
    int parent = trusted_directory_open(parent_path, false, 0, NULL);
    int removed;

    if (parent < 0)
        return -1;
    removed = unlinkat(parent, name, AT_REMOVEDIR);
    close(parent);
    return removed;
}

void run_directory_remove_node(const char *run, const char *node)
{
    if (remove_empty(run, node) == 0)
        rmdir(run);
}

void run_directory_empty(int fd)
{
    static const char *const names[] = {KEEPER_SOCKET, TEMP_NOTE, KEEPER_SHARED,
                                        RUN_DIRECTORY_SERVERS, RUN_DIRECTORY_CLIENT};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlinkat(fd, names[i], 0);
}

void run_directory_remove(struct run_directory *directory)
{
    if (directory->fd >= 0)
        run_directory_empty(directory->fd);
    run_directory_close(directory);
    if (remove_empty(directory->node_path, directory->job) < 0)
        return;
    outage_note_clear(directory->node_path);
    run_directory_remove_node(directory->run, directory->node);
}

void run_directory_close(struct run_directory *directory)
{
    int cause = errno;

    if (directory->fd >= 0)
        close(directory->fd);
    directory->fd = -1;
    errno = cause;
}
