/* mount.c: mounts parts of volumes under names of their own (--mount). */
#include "storage/mount/mount.h"

#include "lib/errand.h"
#include "lib/message.h"
#include "lib/number.h"
#include "storage/identity.h"
#include "storage/trusted_directory.h"
#include "storage/mount/shared_directory.h"
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Key of the child's answer: decimal, 0 comes with a descriptor. */
#define CAUSE "errno"
#define OPEN_ATTEMPTS 64 /* EAGAIN comes while others rename directories on the way */

/* openat2(2), for which glibc has no function yet. */
static int open_beneath(int parent, const char *path, unsigned long long resolve)
{
    struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve,
    };
    int fd = -1;

    errno = EAGAIN;
    for (int i = 0; i < OPEN_ATTEMPTS && fd < 0 && errno == EAGAIN; i++)
        fd = (int)syscall(SYS_openat2, parent, path, &how, sizeof(how));
    return fd;
}

/* As open_beneath, but closes the parent; "" is the parent itself. */
static int descend(int parent, const char *path, unsigned long long resolve)
{
    int fd, cause;

    if (parent < 0 || !*path)
        return parent;
    fd = open_beneath(parent, path, resolve);
    cause = errno;
    close(parent);
    errno = cause;
    return fd;
}

/* Opens what is mounted. Users can put links wherever they can write, so no link leads to
 * the part that the policy named; below it, links are followed as long as they stay
 * there. */
static int open_mount(int root, const struct plan *plan, const struct plan_mount *mount)
{
    int fd = open_beneath(root, plan->volumes[mount->volume].name, RESOLVE_NO_SYMLINKS);

    fd = descend(fd, mount->boundary, RESOLVE_NO_SYMLINKS);
    return descend(fd, mount->subdirectory, 0);
}

static int send_opened(int fd, int cause, const struct deadline *deadline)
{
    struct record *answer = record_create();
    int status = -1;

    if (answer && record_setf(answer, CAUSE, "%d", cause) == 0)
        status = message_send(PROCESS_SOCKET, answer, fd, deadline, NULL);
    record_destroy(answer);
    return status;
}

/* Makes the job's own directory below the user's. The user's is sent first: the keeper
 * removes the job's by it. Closes `place`. */
static int open_own(int place, const struct plan_mount *mount,
                    const struct deadline *deadline)
{
    int above = place < 0 ? -1 : shared_directory_of_user(place);
    int fd = -1, cause;

    if (above >= 0 && send_opened(above, 0, deadline) == 0)
        fd = shared_directory_make(above, mount->own);
    cause = errno;
    if (above >= 0)
        close(above);
    if (place >= 0)
        close(place);
    errno = cause;
    return fd;
}

/* What the child is to open, and as whom. */
struct mount_opening {
    const char *root;
    const struct plan *plan;
    const struct identity *identity;
    uid_t uid;
    gid_t gid;
    const struct deadline *deadline;
};

/* Opens the directories, in the child: an answer for each mount, in their order, until
 * one fails. */
static int open_all(const void *data)
{
    const struct mount_opening *opening = data;
    int root = trusted_directory_open(opening->root, false, 0, NULL);
    int status =
        root < 0 ? -1 : identity_become(opening->identity, opening->uid, opening->gid);

    for (size_t i = 0; i < opening->plan->mount_count && status == 0; i++) {
        const struct plan_mount *mount = &opening->plan->mounts[i];
        int fd = open_mount(root, opening->plan, mount);

        if (*mount->own)
            fd = open_own(fd, mount, opening->deadline);
        status = send_opened(fd, fd < 0 ? errno : 0, opening->deadline);
        if (fd < 0)
            break;
        close(fd);
    }
    return status < 0;
}

static const char *reason_of(int cause)
{
    switch (cause) {
    case ENOENT:
        return "there is no such directory: make it first, or correct its name";
    case ENOTDIR:
        return "it is no directory";
    case EXDEV:
    case ELOOP:
        return "a symbolic link leads out of what the job may see: ask for the directory "
               "itself";
    case EACCES:
    case EPERM:
        return "you may not enter it";
    default:
        return strerror(cause);
    }
}

static bool is_users_fault(int cause)
{
    return cause == ENOENT || cause == ENOTDIR || cause == EXDEV || cause == ELOOP ||
           cause == EACCES || cause == EPERM;
}

/* Writes "data/train/images", as the user wrote it. */
static const char *source_of(const struct plan *plan, const struct plan_mount *mount,
                             char *source, size_t size)
{
    snprintf(source, size, "%s%s%s%s%s", plan->volumes[mount->volume].name,
             *mount->boundary ? "/" : "", mount->boundary,
             *mount->subdirectory ? "/" : "", mount->subdirectory);
    return source;
}

static int explain(const struct plan *plan, const struct plan_mount *mount, int cause,
                   struct error *error)
{
    char source[3 * PLAN_PATH_SIZE];

    source_of(plan, mount, source, sizeof(source));
    if (*mount->own)
        return shared_directory_explain(mount, source, cause, error);
    return error_set(error, is_users_fault(cause) ? ERROR_USER : ERROR_STORAGE,
                     "--mount=%s:%s: %s", source, mount->name, reason_of(cause));
}

static int explain_silence(struct errand *opener, const struct plan *plan,
                           const struct plan_mount *mount,
                           const struct deadline *deadline, int milliseconds,
                           struct error *error)
{
    const struct plan_volume *volume = &plan->volumes[mount->volume];
    char text[ENDING_TEXT_SIZE];

    if (!deadline_passed(deadline) && errand_has_ended(opener))
        return error_set(error, ERROR_NODE, "cannot mount `%s`: %s", mount->name,
                         ending_describe(&opener->ending, NULL, text, sizeof(text)));
    return error_set(
        error, ERROR_STORAGE,
        "volume `%s`: file server `%s` (%s) did not answer within %.1f s when "
        "a directory was opened for --mount `%s`",
        volume->name, volume->server.name, volume->server.host, milliseconds / 1000.0,
        mount->name);
}

/* Receives the next mount's directory. Returns the descriptor or -1. */
static int receive_opened(struct errand *opener, const struct plan *plan,
                          const struct plan_mount *mount, const struct deadline *deadline,
                          struct error *error)
{
    int milliseconds = plan->volumes[mount->volume].deadline_ms;
    struct record *answer;
    struct deadline own;
    const char *cause;
    int fd = -1;

    if (deadline_left(deadline) < milliseconds)
        milliseconds = deadline_left(deadline);
    own = deadline_after(milliseconds);
    if (message_receive(opener->socket, &answer, &fd, &own, NULL) < 0)
        return explain_silence(opener, plan, mount, &own, milliseconds, error);
    cause = record_get(answer, CAUSE);
    if (fd < 0)
        explain(plan, mount, (int)number_or(cause, INT_MAX, EIO), error);
    record_destroy(answer);
    return fd;
}

/* Binds the directory. The clone gets its flags while it is in no namespace yet: so
 * nothing below it can ever be used without them. */
static int bind_directory(int directory, int target, bool read_only)
{
    struct mount_attr flags = {
        .attr_set =
            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (read_only ? MOUNT_ATTR_RDONLY : 0),
    };
    int tree = system_calls.open_tree(
        directory, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    int status, cause;

    if (tree < 0)
        return -1;
    status = system_calls.mount_setattr(tree, "", AT_EMPTY_PATH, &flags, sizeof(flags));
    if (status == 0)
        status = system_calls.move_mount(
            tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    cause = errno;
    close(tree);
    errno = cause;
    return status;
}

static int bind_mount(const char *root, const struct plan_mount *mount, int directory,
                      struct error *error)
{
    int target = trusted_directory_open_in(root, mount->name, error);
    int status = 0;

    if (target < 0)
        return -1;
    if (bind_directory(directory, target, mount->read_only) < 0)
        status = error_set(error, ERROR_NODE, "cannot mount `%s`: %s", mount->name,
                           strerror(errno));
    close(target);
    return status;
}

static int bind_opened(struct errand *opener, const char *root, const struct plan *plan,
                       int *above, const struct deadline *deadline, struct error *error)
{
    int status = 0;

    for (size_t i = 0; i < plan->mount_count && status == 0; i++) {
        const struct plan_mount *mount = &plan->mounts[i];
        int directory = receive_opened(opener, plan, mount, deadline, error);

        if (directory >= 0 && *mount->own) {
            *above = directory;
            directory = receive_opened(opener, plan, mount, deadline, error);
        }
        if (directory < 0)
            return -1;
        status = bind_mount(root, mount, directory, error);
        close(directory);
    }
    return status;
}

int mount_bind_all(const char *root, const struct plan *plan,
                   const struct identity *identity, uid_t uid, gid_t gid, int *above,
                   const struct deadline *deadline, struct error *error)
{
    const struct mount_opening opening = {root, plan, identity, uid, gid, deadline};
    struct errand opener;
    int status;

    *above = -1;
    if (plan->mount_count == 0)
        return 0;
    if (errand_start(&opener, "the process that opens it", open_all, &opening, error) < 0)
        return -1;
    status = bind_opened(&opener, root, plan, above, deadline, error);
    errand_kill(&opener);
    return status;
}
