/* graft.c: clones a job's mounts into the namespace that Slurm made for it. */
#include "storage/mount/graft.h"

#include "lib/errand.h"
#include "storage/system.h"
#include "storage/trusted_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#define NAMESPACE_MAGIC 0x6e736673 /* of statfs(2): NSFS_MAGIC */
#define TAKE_MS 500

/* Where it says what is wrong, the namespace of the job is never entered. */
static int refuse(const char *what, struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "what came as the mount namespace that Slurm made for the job is %s",
                     what);
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* A user may have a mount namespace of his own making, but it belongs to a user namespace
 * that is his. */
static bool is_of_root(int namespace_fd)
{
    int owner = ioctl(namespace_fd, NS_GET_USERNS);
    uid_t uid = (uid_t)-1;
    bool is_well = owner >= 0 && ioctl(owner, NS_GET_OWNER_UID, &uid) == 0 && uid == 0;

    if (owner >= 0)
        close(owner);
    return is_well;
}

int graft_check(int namespace_fd, const struct stat *node, struct error *error)
{
    struct stat it, own;
    struct statfs system;

    if (namespace_fd < 0 || fstatfs(namespace_fd, &system) < 0 ||
        system.f_type != NAMESPACE_MAGIC ||
        ioctl(namespace_fd, NS_GET_NSTYPE) != CLONE_NEWNS)
        return refuse("no mount namespace", error);
    if (fstat(namespace_fd, &it) < 0 || stat("/proc/self/ns/mnt", &own) < 0)
        return refuse("unknown", error);
    if (is_same(&it, node))
        return refuse("the node's own", error);
    if (is_same(&it, &own))
        return refuse("the keeper's own", error);
    return is_of_root(namespace_fd) ? 0 : refuse("not of root's making", error);
}

/* A mount that is in no namespace yet, and where it is to be. */
struct scion {
    int mount;
    const char *path;
    bool is_made; /* the path, where it is missing */
};

/* The last are the mount root and Slurm's directory. */
#define SCIONS_MAX (PLAN_VOLUMES_MAX + 2)

struct scions {
    struct scion scions[SCIONS_MAX];
    size_t count;
};

/* Everything that the child does, and what it has to say. */
struct graft_work {
    const struct graft *graft;
    struct error error;
};

static int add(struct scions *scions, int mount, const char *path, bool is_made,
               struct error *error)
{
    if (mount < 0)
        return error_set(error, ERROR_NODE, "cannot make a mount for %s: %s", path,
                         strerror(errno));
    scions->scions[scions->count++] = (struct scion){mount, path, is_made};
    return 0;
}

/* Nothing but a path of root's: opening what is mounted there would ask its server. */
static int add_clone(struct scions *scions, const char *path, bool is_made,
                     struct error *error)
{
    return add(scions,
               system_calls.open_tree(AT_FDCWD, path,
                                      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE |
                                          AT_SYMLINK_NOFOLLOW),
               path, is_made, error);
}

/* Makes a tmpfs for nobody but root. */
static int make_tmpfs(void)
{
    int context = fsopen("tmpfs", FSOPEN_CLOEXEC), mount = -1;

    if (context < 0)
        return -1;
    if (fsconfig(context, FSCONFIG_SET_STRING, "source", "atelier", 0) == 0 &&
        fsconfig(context, FSCONFIG_SET_STRING, "mode", "0700", 0) == 0 &&
        fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", "8", 0) == 0 &&
        fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mount = fsmount(context, FSMOUNT_CLOEXEC,
                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    close(context);
    return mount;
}

/* Makes what leads whoever enters to where he is. */
static int make_door(void)
{
    int door = make_tmpfs();

    if (door >= 0 && symlinkat("/proc/self/ns/mnt", door, ".ns") < 0) {
        close(door);
        return -1;
    }
    return door;
}

static int take_scions(const struct graft *graft, struct scions *scions,
                       struct error *error)
{
    const struct plan *plan = graft->plan;

    for (size_t i = 0; plan && i < plan->volume_count; i++)
        if (*plan->volumes[i].place &&
            add_clone(scions, plan->volumes[i].place, false, error) < 0)
            return -1;
    if (add_clone(scions, graft->root, true, error) < 0)
        return -1;
    return *graft->directory ? add(scions, make_door(), graft->directory, false, error)
                             : 0;
}

/* Enters the namespace. The mounts that another one shares with it, as the node may where
 * Slurm is told Shared=true, still come from there, but none goes back. */
static int enter(int namespace_fd, struct error *error)
{
    if (system_calls.setns(namespace_fd, CLONE_NEWNS) < 0)
        return error_set(error, ERROR_NODE, "cannot enter it: %s", strerror(errno));
    return system_calls.mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0
               ? error_set(error, ERROR_NODE, "cannot separate its mounts: %s",
                           strerror(errno))
               : 0;
}

static int attach(const struct scion *scion, struct error *error)
{
    int target = trusted_directory_open(scion->path, scion->is_made, 0755, error);
    int status;

    if (target < 0)
        return -1;
    status = system_calls.move_mount(scion->mount, "", target, "",
                                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    if (status < 0)
        error_set(error, ERROR_NODE, "cannot mount %s: %s", scion->path, strerror(errno));
    close(target);
    return status;
}

static int attach_all(const struct scions *scions, struct error *error)
{
    for (size_t done = 0; done < scions->count; done++)
        if (attach(&scions->scions[done], error) < 0) {
            while (done-- > 0)
                system_unmount(scions->scions[done].path, MNT_DETACH);
            return -1;
        }
    return 0;
}

/* From the entering on, /proc is that namespace's, in which this process may have no
 * number: nothing goes by /proc/self/fd. */
static int put(const void *data)
{
    struct graft_work *work = *(struct graft_work *const *)data;
    struct scions scions = {.count = 0};

    return take_scions(work->graft, &scions, &work->error) < 0 ||
           enter(PROCESS_SOCKET, &work->error) < 0 ||
           attach_all(&scions, &work->error) < 0;
}

static int take(const void *data)
{
    const struct graft *graft = data;
    const struct plan *plan = graft->plan;

    if (system_calls.setns(PROCESS_SOCKET, CLONE_NEWNS) < 0)
        return 1;
    system_unmount(graft->root, MNT_DETACH);
    for (size_t i = plan ? plan->volume_count : 0; i-- > 0;)
        if (*plan->volumes[i].place)
            system_unmount(plan->volumes[i].place, MNT_DETACH);
    return 0;
}

/* What a child that was killed in the middle has left. Where it did not come that far,
 * the job, which has failed, no longer sees what the node has at a place. */
static int take_back(const void *data)
{
    const struct graft *graft = data;
    int status = take(graft);

    if (status == 0 && *graft->directory)
        system_unmount(graft->directory, MNT_DETACH);
    return status;
}

static void run_bounded(int (*work)(const void *data), const struct graft *graft,
                        int namespace_fd)
{
    struct deadline deadline = deadline_after(TAKE_MS);

    errand_do(work, graft, namespace_fd, &deadline);
}

int graft_put(const struct graft *graft, int namespace_fd,
              const struct deadline *deadline, struct error *error)
{
    struct graft_work *work = mmap(NULL, sizeof(*work), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    if (work == MAP_FAILED)
        return error_set(error, ERROR_NODE, "out of memory");
    *work = (struct graft_work){.graft = graft};
    status = errand_do(put, &work, namespace_fd, deadline);
    if (status == 1)
        error_pass(error, &work->error);
    else if (status != 0)
        error_set(error, ERROR_NODE, "putting them there did not end in time");
    if (status == ERRAND_NOT_ENDED)
        run_bounded(take_back, graft, namespace_fd);
    munmap(work, sizeof(*work));
    return status == 0 ? 0 : -1;
}

void graft_take(const struct graft *graft, int namespace_fd)
{
    run_bounded(take, graft, namespace_fd);
}
