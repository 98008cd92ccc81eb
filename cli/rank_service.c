#include "rank_service.h"

#include "deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000

/* Its later output goes nowhere; its errors are the rank's. */
static void execute(const char *command, const char *program, int output)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    dup2(output, STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", command, program, (char *)NULL);
    _exit(127);
}

static int wait_ready(int output, struct error *error)
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
    return error_set(error, ERROR_USER,
                     "the framework's server, $" SERVICE_VARIABLE
                     ", ended before it was ready; what it said is above");
}

/* The pipe stays open: the server may write more, and must not die of it. */
pid_t rank_service_start(const char *command, const char *program, struct error *error)
{
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot make a pipe: %s", strerror(errno));
    child = fork();
    if (child == 0)
        execute(command, program, ends[1]);
    close(ends[1]);
    if (child < 0)
        return error_set(error, ERROR_NODE, "cannot start the framework's server: %s",
                         strerror(errno));
    if (wait_ready(ends[0], error) == 0)
        return child;
    kill(-child, SIGKILL);
    return -1;
}
