/* rank_service.c: starts a framework's server beside a rank, and ends it. */
#include "run/rank_service.h"

#include "lib/deadline.h"
#include "lib/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000
#define END_MS 100 /* from the end of its output to its own end */

extern char **environ;

/* Becomes the server. Its errors are the rank's; what it writes after it is ready is
 * dropped. */
static void execute(const struct ending *ending, const char *command, const char *program,
                    int output)
{
    char *words[] = {(char *)"/bin/sh", (char *)"-c", (char *)command, (char *)program,
                     NULL};
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    dup2(output, STDOUT_FILENO);
    ending_exec(ending, words, environ);
}

static int explain_end(pid_t child, struct ending *ending, struct error *error)
{
    struct deadline soon = deadline_after(END_MS);
    char how[ENDING_TEXT_SIZE];

    while (waitpid(child, &ending->status, WNOHANG) == 0) {
        if (deadline_passed(&soon))
            return error_set(error, ERROR_USER,
                             "the framework's server, $" SERVICE_VARIABLE
                             ", closed its output before it was ready");
        poll(NULL, 0, 5);
    }
    return error_set(error, ERROR_USER, "before it was ready, %s",
                     ending_describe(ending, "what it said is above", how, sizeof(how)));
}

static int wait_ready(pid_t child, int output, struct ending *ending, struct error *error)
{
    struct deadline deadline = deadline_after(READY_MS);
    struct pollfd polled = {.fd = output, .events = POLLIN};
    char byte;

    while (poll(&polled, 1, deadline_left(&deadline)) < 1)
        if (deadline_passed(&deadline))
            return error_set(error, ERROR_USER,
                             "the framework's server, $" SERVICE_VARIABLE
                             ", was not ready within %d s",
                             READY_MS / 1000);
    if (read(output, &byte, 1) == 1)
        return 0;
    return explain_end(child, ending, error);
}

/* The pipe stays open, since a server that writes more must not die of it. */
pid_t rank_service_start(const char *command, const char *program, struct error *error)
{
    struct ending ending;
    int ends[2], status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot make a pipe: %s", strerror(errno));
    ending_begin(&ending, "the framework's server, $" SERVICE_VARIABLE ",");
    ending_share(&ending);
    child = fork();
    if (child == 0)
        execute(&ending, command, program, ends[1]);
    close(ends[1]);
    status = child < 0
                 ? error_set(error, ERROR_NODE, "cannot start the framework's server: %s",
                             strerror(errno))
                 : wait_ready(child, ends[0], &ending, error);
    ending_release(&ending);
    if (status == 0 || child < 0)
        return child;
    kill(-child, SIGKILL);
    return -1;
}
