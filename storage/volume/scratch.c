/* scratch.c: makes and deletes a job's directory on the node's disk. */
#include "storage/volume/scratch.h"

#include "lib/process.h"
#include "storage/sweep.h"
#include "storage/system.h"
#include "storage/volume/scratch_place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define MODE 0700
#define ATTEMPTS 8

const char *scratch_name(struct scratch *scratch, const struct facts *facts,
                         const char *volume)
{
    snprintf(scratch->name, sizeof(scratch->name), SWEEP_PREFIX "%s.%u.%s", facts->node,
             facts->job, volume[0] == '.' ? volume + 1 : volume);
    return scratch->name;
}

/* Locks a new directory. A sweeper may have taken it for one that was left behind, and
 * removed it. */
static int lock(int directory)
{
    struct stat status;

    return flock(directory, LOCK_EX | LOCK_NB) == 0 && fstat(directory, &status) == 0 &&
                   status.st_nlink > 0
               ? 0
               : -1;
}

static int make_once(struct scratch *scratch)
{
    int directory;

    if (system_calls.mkdirat(scratch->parent, scratch->name, MODE) < 0)
        return -1;
    directory = system_calls.openat(scratch->parent, scratch->name, OPEN_FLAGS);
    if (directory < 0) {
        int cause = errno == ENOENT ? EAGAIN : errno; /* ENOENT: a sweeper was faster */

        unlinkat(scratch->parent, scratch->name, AT_REMOVEDIR);
        errno = cause;
        return -1;
    }
    if (lock(directory) == 0)
        return directory;
    close(directory);
    errno = EAGAIN;
    return -1;
}

/* Makes the directory. One that is there was left by an earlier run of a requeued job; it
 * is renamed, so that a sweeper deletes it. */
static int make_directory(struct scratch *scratch)
{
    char old[SCRATCH_NAME_SIZE + 32];

    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int directory = make_once(scratch);

        if (directory >= 0 || (errno != EEXIST && errno != EAGAIN))
            return directory;
        snprintf(old, sizeof(old), SWEEP_PREFIX "old.%d.%d", (int)getpid(), attempt);
        if (errno == EAGAIN)
            poll(NULL, 0, 10);
        else if (renameat(scratch->parent, scratch->name, scratch->parent, old) < 0 &&
                 errno != ENOENT)
            return -1;
    }
    return -1;
}

/* Detaches a process that deletes: it may have much to do, so that it must not end with
 * the keeper, and an epilog must not wait for it. */
static void outlive_keeper(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, 0);
    setsid();
    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
}

static pid_t fork_below(int parent)
{
    int kept = dup(parent);
    pid_t child = process_fork(kept);

    if (kept >= 0 && child != 0)
        close(kept);
    return child;
}

/* Sweeps in a grandchild, which nobody waits for and init reaps. */
static void sweep_others(int parent, const char *own)
{
    struct deadline deadline = deadline_after(PROCESS_KILL_MS);
    pid_t child;

    if (!sweep_has_others(parent, own))
        return;
    child = fork_below(parent);
    if (child == 0) {
        if (fork() != 0)
            _exit(0);
        outlive_keeper();
        _exit(sweep_left(PROCESS_SOCKET));
    }
    if (child > 0)
        process_wait(child, &deadline, NULL);
}

static void sweep_own(const struct scratch *scratch, const struct deadline *deadline)
{
    pid_t child = fork_below(scratch->parent);

    if (child == 0) {
        outlive_keeper();
        _exit(sweep_one(PROCESS_SOCKET, scratch->name));
    }
    if (child > 0)
        process_wait(child, deadline, NULL);
    else
        /* Fails unless it is empty; it may be another job's by now. */
        unlinkat(scratch->parent, scratch->name, AT_REMOVEDIR);
}

static int explain(const struct scratch *scratch, const char *path, const char *volume,
                   int cause, struct error *error)
{
    if (strcmp(volume, PLAN_JOB_TEMP) == 0)
        return error_set(error, ERROR_NODE,
                         "cannot make the job's temporary directory %s/" SCRATCH_PLACE
                         "/%s: %s",
                         path, scratch->name, strerror(cause));
    return error_set(error, ERROR_NODE,
                     "volume `%s`: cannot make %s/" SCRATCH_PLACE "/%s: %s", volume, path,
                     scratch->name, strerror(cause));
}

int scratch_make(struct scratch *scratch, const char *path, const struct facts *facts,
                 const char *volume, struct error *error)
{
    scratch_name(scratch, facts, volume);
    scratch->parent = scratch_place_open(path, true, error);
    if (scratch->parent < 0) {
        scratch->parent = 0;
        return -1;
    }
    scratch->directory = make_directory(scratch);
    if (scratch->directory < 0 ||
        system_calls.fchown(scratch->directory, facts->uid, facts->gid) < 0) {
        scratch->directory = scratch->directory < 0 ? 0 : scratch->directory;
        return explain(scratch, path, volume, errno, error);
    }
    sweep_others(scratch->parent, scratch->name);
    return 0;
}

void scratch_sweep(const char *path)
{
    int parent = scratch_place_open(path, false, NULL);

    if (parent < 0)
        return;
    sweep_others(parent, "");
    close(parent);
}

void scratch_remove(struct scratch *scratch, const struct deadline *deadline)
{
    if (scratch->directory > 0) {
        sweep_own(scratch, deadline);
        close(scratch->directory);
    }
    if (scratch->parent > 0)
        close(scratch->parent);
    *scratch = (struct scratch){.directory = 0};
}
