/* as_user.c: forks a process with the user's rights to look at the user's files. */
#include "plugin/as_user.h"

#include "lib/deadline.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED_MS 500 /* as in program.c */

/* slurmstepd may have dropped to the user already, but for its real id. */
static bool become_user(struct spank_handle *spank, const struct job *job)
{
    const gid_t *groups;
    int count;

    if (geteuid() == 0 && (spank_job_groups(spank, &groups, &count) < 0 ||
                           setgroups((size_t)count, groups) < 0))
        return false;
    return setresgid(job->gid, job->gid, job->gid) == 0 &&
           setresuid(job->uid, job->uid, job->uid) == 0;
}

/* The child: descriptor 0 is the answer's, and no other stays open. */
static void look_and_exit(int answer, struct spank_handle *spank, const struct job *job,
                          int (*look)(const void *data, struct error *error),
                          const void *data)
{
    struct error found = {.party = ERROR_NONE};

    if (dup2(answer, 0) < 0 || close_range(1, ~0U, 0) < 0 || !become_user(spank, job))
        _exit(1);
    if (look(data, &found) < 0)
        (void)!write(0, &found, sizeof(found));
    _exit(0);
}

/* The whole error comes at once or not at all: it fits into a pipe. Who sent it was a
 * process of the user's. */
static int read_answer(int fd, int milliseconds, struct error *error)
{
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    struct error found;

    if (poll(&answer, 1, milliseconds) <= 0 ||
        read(fd, &found, sizeof(found)) != (ssize_t)sizeof(found))
        return 0;
    return error_set(error, ERROR_USER, "%.*s", ERROR_TEXT_SIZE - 1, found.text);
}

static void end(pid_t pid)
{
    struct deadline deadline = deadline_after(KILLED_MS);

    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, WNOHANG) == 0 && !deadline_passed(&deadline))
        poll(NULL, 0, 5);
}

int as_user(struct spank_handle *spank, const struct job *job, int milliseconds,
            int (*look)(const void *data, struct error *error), const void *data,
            struct error *error)
{
    int ends[2], status;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return 0;
    pid = fork();
    if (pid == 0)
        look_and_exit(ends[1], spank, job, look, data);
    close(ends[1]);
    status = pid < 0 ? 0 : read_answer(ends[0], milliseconds, error);
    close(ends[0]);
    if (pid > 0)
        end(pid);
    return status;
}
