/* container_plugin.c: a stand-in for a site's container plugin, as pyxis is one.
 *
 * With --container-image=NAME the step's tasks run in a user and a mount namespace of the
 * user's own, made in user_init and entered in task_init, in which /opt/image has a file
 * of that name.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <slurm/spank.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

SPANK_PLUGIN(container_stand_in, 1)

static char image[64];
static int home;
static int user_fd = -1, mount_fd = -1;

static int take(int option, const char *value, int remote)
{
    (void)remote;
    if (option == 0)
        snprintf(image, sizeof(image), "%s", value);
    else
        home = 1;
    return 0;
}

static struct spank_option options[] = {
    {"container-image", "NAME", "run the tasks in this image", 1, 0, take},
    {"container-mount-home", NULL, "say that the home is there", 0, 1, take},
    {.name = NULL},
};

int slurm_spank_init(spank_t spank, int count, char *words[])
{
    (void)count;
    (void)words;
    for (int i = 0; options[i].name; i++)
        if (spank_option_register(spank, &options[i]) != ESPANK_SUCCESS)
            return -1;
    return 0;
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    int status = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    close(fd);
    return status ? 0 : -1;
}

static void make(int ready, uid_t uid, gid_t gid)
{
    char map[64], path[128];

    /* slurmstepd is the user by its effective id only. */
    if (seteuid(0) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0 ||
        unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        _exit(1);
    prctl(PR_SET_DUMPABLE, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(map, sizeof(map), "%u %u 1", (unsigned)uid, (unsigned)uid);
    if (write_file("/proc/self/uid_map", map) < 0 ||
        write_file("/proc/self/setgroups", "deny") < 0)
        _exit(2);
    snprintf(map, sizeof(map), "%u %u 1", (unsigned)gid, (unsigned)gid);
    snprintf(path, sizeof(path), "/opt/%s", image);
    if (write_file("/proc/self/gid_map", map) < 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ||
        mount("image", "/opt", "tmpfs", 0, NULL) < 0 || write_file(path, image) < 0)
        _exit(3);
    if (write(ready, "", 1) != 1)
        _exit(4);
    pause();
    _exit(0);
}

/* As the user, in slurmstepd, whose threads keep it from a user namespace of its own. */
int slurm_spank_user_init(spank_t spank, int count, char *words[])
{
    int ready[2], status = -1, ended = 0;
    char path[64], byte;
    pid_t child;

    (void)spank;
    (void)count;
    (void)words;
    if (!image[0] || pipe(ready) < 0)
        return 0;
    child = fork();
    if (child == 0)
        make(ready[1], geteuid(), getegid());
    close(ready[1]);
    if (child > 0 && read(ready[0], &byte, 1) == 1) {
        snprintf(path, sizeof(path), "/proc/%d/ns/user", child);
        user_fd = open(path, O_RDONLY | O_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/%d/ns/mnt", child);
        mount_fd = open(path, O_RDONLY | O_CLOEXEC);
        status = user_fd >= 0 && mount_fd >= 0 ? 0 : -1;
    }
    close(ready[0]);
    kill(child, SIGKILL);
    waitpid(child, &ended, 0);
    if (status < 0)
        slurm_error("container: cannot make the namespaces: %d", WEXITSTATUS(ended));
    return 0;
}

int slurm_spank_task_init(spank_t spank, int count, char *words[])
{
    (void)count;
    (void)words;
    if (!image[0])
        return 0;
    if (setns(user_fd, CLONE_NEWUSER) < 0 || setns(mount_fd, CLONE_NEWNS) < 0) {
        slurm_error("container: cannot enter the namespaces: %m");
        return -1;
    }
    spank_setenv(spank, "CONTAINER_IMAGE", image, 1);
    spank_setenv(spank, "CONTAINER_HOME", home ? "yes" : "no", 1);
    return 0;
}
