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

/* The child's error; a child that died has none to send. */
static int receive(int socket, const char *what, const struct deadline *deadline,
                   struct error *error)
{
    struct pollfd answer = {.fd = socket, .events = POLLIN};
    struct error cause;
    int ready;

    do
        ready = poll(&answer, 1, deadline_left(deadline));
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return error_set(error, ERROR_NODE, "%s did not end in time", what);
    if (recv(socket, &cause, sizeof(cause), MSG_DONTWAIT) != sizeof(cause))
        return error_set(error, ERROR_NODE, "%s ended unexpectedly", what);
    if (cause.party == ERROR_NONE)
        return 0;
    return error_set(error, cause.party, "%s", cause.text);
}

int errand_run(int (*work)(const void *data, struct error *error), const void *data,
               const char *what, const struct deadline *deadline, struct error *error)
{
    int sockets[2], status;
    pid_t child;

    if (system_calls.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "%s: cannot make a socket pair: %s", what,
                         strerror(errno));
    child = process_fork(sockets[1]);
    if (child == 0)
        report(work, data);
    close(sockets[1]);
    status = child < 0 ? error_set(error, ERROR_NODE, "%s: cannot start a process: %s",
                                   what, strerror(errno))
                       : receive(sockets[0], what, deadline, error);
    close(sockets[0]);
    if (child > 0 && process_wait(child, deadline, NULL) < 0)
        process_kill(child);
    return status;
}
