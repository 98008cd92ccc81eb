/* errand.c: does work that may hang in a child, and waits until a deadline. */
#include "errand.h"
#include "process.h"
#include "system.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void report(int (*work)(const void *data, struct error *error), const void *data)
{
    struct error error = {.party = ERROR_NONE};

    if (work(data, &error) == 0)
        error_clear(&error);
    _exit(write(PROCESS_SOCKET, &error, sizeof(error)) == sizeof(error) ? 0 : 1);
}

/* Fills `error` with how the child ended, since a child that died has sent none. */
static int explain_end(pid_t *child, struct ending *ending, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    if (process_ended(child, ending))
        return error_set(error, ERROR_NODE, "%s",
                         ending_describe(ending, NULL, text, sizeof(text)));
    return error_set(error, ERROR_NODE, "%s: its process sent no answer",
                     ending->program);
}

/* Receives the child's error. */
static int receive(int socket, pid_t *child, struct ending *ending,
                   const struct deadline *deadline, struct error *error)
{
    struct pollfd answer = {.fd = socket, .events = POLLIN};
    struct error cause;
    int ready;

    do
        ready = poll(&answer, 1, deadline_left(deadline));
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return error_set(error, ERROR_NODE, "%s did not end in time", ending->program);
    if (recv(socket, &cause, sizeof(cause), MSG_DONTWAIT) != sizeof(cause))
        return explain_end(child, ending, error);
    return error_pass(error, &cause);
}

int errand_run(int (*work)(const void *data, struct error *error), const void *data,
               const char *what, const struct deadline *deadline, struct error *error)
{
    int sockets[2], status;
    struct ending ending;
    pid_t child;

    ending_begin(&ending, what);
    if (system_calls.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "%s: cannot make a socket pair: %s", what,
                         strerror(errno));
    child = process_fork(sockets[1]);
    if (child == 0)
        report(work, data);
    close(sockets[1]);
    status = child < 0 ? error_set(error, ERROR_NODE, "%s: cannot start a process: %s",
                                   what, strerror(errno))
                       : receive(sockets[0], &child, &ending, deadline, error);
    close(sockets[0]);
    if (child > 0 && process_wait(child, deadline, NULL) < 0)
        process_kill(child);
    return status;
}
