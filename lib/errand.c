/* errand.c: has work done in a child that sends its answer back. */
#include "lib/errand.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int refuse(const char *name, const char *cannot, struct error *error)
{
    return error_set(error, ERROR_NODE, "%s: cannot %s: %s", name, cannot,
                     strerror(errno));
}

int errand_start(struct errand *errand, const char *name, int (*work)(const void *data),
                 const void *data, struct error *error)
{
    int sockets[2];

    *errand = (struct errand){.socket = -1};
    ending_begin(&errand->ending, name);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return refuse(name, "make a socket pair", error);
    errand->child = process_fork(sockets[1]);
    if (errand->child == 0)
        _exit(work(data));
    close(sockets[1]);
    errand->socket = sockets[0];
    if (errand->child > 0)
        return 0;
    errand->child = 0;
    refuse(name, "start a process", error);
    errand_kill(errand);
    return -1;
}

int errand_receive(struct errand *errand, void *answer, size_t size,
                   const struct deadline *deadline)
{
    struct pollfd ready = {.fd = errand->socket, .events = POLLIN};
    int status;

    do
        status = poll(&ready, 1, deadline_left(deadline));
    while (status < 0 && errno == EINTR);
    return status > 0 && recv(errand->socket, answer, size, MSG_DONTWAIT | MSG_TRUNC) ==
                             (ssize_t)size
               ? 0
               : -1;
}

bool errand_has_ended(struct errand *errand)
{
    return process_ended(&errand->child, &errand->ending);
}

void errand_end(struct errand *errand, const struct deadline *deadline)
{
    if (errand->socket >= 0)
        close(errand->socket);
    errand->socket = -1;
    if (errand->child > 0 && process_wait(errand->child, deadline, NULL) < 0)
        process_kill(errand->child);
    errand->child = 0;
}

void errand_kill(struct errand *errand)
{
    struct deadline now = deadline_after(0);

    errand_end(errand, &now);
}

struct piece {
    int (*work)(const void *data, struct error *error);
    const void *data;
};

static int work_and_tell(const void *data)
{
    const struct piece *piece = data;
    struct error error = {.party = ERROR_NONE};

    if (piece->work(piece->data, &error) == 0)
        error_clear(&error);
    return write(PROCESS_SOCKET, &error, sizeof(error)) == sizeof(error) ? 0 : 1;
}

/* A child that died has no error to send. */
static int explain_silence(struct errand *errand, const struct deadline *deadline,
                           struct error *error)
{
    const char *what = errand->ending.program;
    char text[ENDING_TEXT_SIZE];

    if (deadline_passed(deadline))
        return error_set(error, ERROR_NODE, "%s did not end in time", what);
    if (errand_has_ended(errand))
        return error_set(error, ERROR_NODE, "%s",
                         ending_describe(&errand->ending, NULL, text, sizeof(text)));
    return error_set(error, ERROR_NODE, "%s: its process sent no answer", what);
}

int errand_run(int (*work)(const void *data, struct error *error), const void *data,
               const char *what, const struct deadline *deadline, struct error *error)
{
    const struct piece piece = {work, data};
    struct errand errand;
    struct error cause;
    int status;

    if (errand_start(&errand, what, work_and_tell, &piece, error) < 0)
        return -1;
    status = errand_receive(&errand, &cause, sizeof(cause), deadline) < 0
                 ? explain_silence(&errand, deadline, error)
                 : error_pass(error, &cause);
    errand_end(&errand, deadline);
    return status;
}

int errand_do(int (*work)(const void *data), const void *data, int kept,
              const struct deadline *deadline)
{
    pid_t child = process_fork(kept);
    int status = -1;

    if (child == 0)
        _exit(work(data));
    if (child < 0)
        return -1;
    if (process_wait(child, deadline, &status) < 0) {
        process_kill(child);
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
