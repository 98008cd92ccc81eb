/* rank_link.c: connects a rank to `atelier run`. */
#include "run/rank_link.h"

#include "lib/deadline.h"
#include "lib/protocol/run_line.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 30000
#define PAUSE_MS 50 /* before it connects again */

enum link_meeting { MET, DROPPED, STRANGER };

/* Has the kernel ask after the other node: one that is switched off sends nothing. */
static void watch(int fd)
{
    const int on = 1, idle = RUN_SILENCE_SECONDS / 2, interval = 1,
              count = RUN_SILENCE_SECONDS / 2, timeout = RUN_SILENCE_SECONDS * 1000;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
}

/* Finishes the connection. Returns 0 or an errno. */
static int finish(int fd, const struct addrinfo *address, const struct deadline *deadline)
{
    struct pollfd polled = {.fd = fd, .events = POLLOUT};
    int cause = 0;
    socklen_t size = sizeof(cause);

    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    while (poll(&polled, 1, deadline_left(deadline)) < 1)
        if (deadline_passed(deadline))
            return ETIMEDOUT;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &size) < 0 ? errno : cause;
}

static int refuse(const char *address, const char *port, const char *cause,
                  struct error *error)
{
    return error_set(error, ERROR_NODE, "cannot reach `atelier run` at %s port %s: %s",
                     address, port, cause);
}

static int connect_to(struct rank_link *link, const char *address, const char *port,
                      const struct deadline *deadline, struct error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    int status = getaddrinfo(address, port, &hints, &found);

    if (status != 0)
        return refuse(address, port, gai_strerror(status), error);
    link->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    status = link->fd < 0 ? errno : finish(link->fd, found, deadline);
    freeaddrinfo(found);
    if (status == 0)
        watch(link->fd);
    return status == 0 ? 0 : refuse(address, port, strerror(status), error);
}

/* Reads what has come. Returns -1 when the connection has ended. */
static int receive(struct rank_link *link)
{
    ssize_t count =
        recv(link->fd, link->line + link->length, sizeof(link->line) - link->length, 0);

    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (count <= 0) /* also for a line that is longer than there is room */
        return -1;
    link->length += (size_t)count;
    return 0;
}

static const char *wait_for_line(struct rank_link *link, const struct deadline *deadline)
{
    struct pollfd polled = {.fd = link->fd, .events = POLLIN};
    const char *line;

    while (!(line = run_line_take(link->line, &link->length)) &&
           !deadline_passed(deadline))
        if (poll(&polled, 1, deadline_left(deadline)) == 1 && receive(link) < 0)
            return NULL;
    return line;
}

static int leave(struct rank_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    link->length = 0;
    return -1;
}

static enum link_meeting wait_for_word(struct rank_link *link, const char *word,
                                       const struct deadline *deadline)
{
    const char *line = wait_for_line(link, deadline);
    const char *text = line ? run_line_read(&link->proof, line) : NULL;

    if (!line)
        return DROPPED;
    return text && strcmp(text, word) == 0 ? MET : STRANGER;
}

/* Returns whether the listener has the secret, and has heard that this rank has it. */
static enum link_meeting meet(struct rank_link *link, const char *introduction,
                              const struct deadline *deadline)
{
    char hello[RUN_LINE_SIZE];
    const char *line;
    enum link_meeting meeting;

    if (proof_begin(&link->proof, &link->secret, RUN_PURPOSE, PROOF_CONNECTS) < 0 ||
        send(link->fd, hello, run_line_hello(&link->proof, hello), MSG_NOSIGNAL) < 0 ||
        !(line = wait_for_line(link, deadline)))
        return DROPPED;
    meeting = run_line_meet(&link->proof, line)
                  ? wait_for_word(link, RUN_WELCOME, deadline)
                  : STRANGER;
    if (meeting != MET)
        return meeting;
    rank_link_say(link, "%s", introduction);
    return wait_for_word(link, RUN_KNOWN, deadline);
}

/* Connects until a deadline: where strangers are many, `atelier run` may have dropped
 * this rank too soon. */
static int reach(struct rank_link *link, const char *address, const char *port,
                 const char *introduction, struct error *error)
{
    struct deadline deadline = deadline_after(CONNECT_MS);
    enum link_meeting meeting = DROPPED;

    while (meeting == DROPPED && !deadline_passed(&deadline)) {
        if (connect_to(link, address, port, &deadline, error) < 0)
            return leave(link);
        meeting = meet(link, introduction, &deadline);
        if (meeting == DROPPED) {
            leave(link);
            poll(NULL, 0, PAUSE_MS);
        }
    }
    if (meeting == MET)
        return 0;
    leave(link);
    return refuse(address, port,
                  meeting == DROPPED ? strerror(ETIMEDOUT) : "another program answers",
                  error);
}

int rank_link_open(struct rank_link *link, const char *introduction, struct error *error)
{
    const char *address = getenv(RUN_ADDRESS_VARIABLE);
    const char *port = getenv(RUN_PORT_VARIABLE), *secret = getenv(RUN_SECRET_VARIABLE);
    int status;

    *link = (struct rank_link){.fd = -1};
    if (!address || !port || !secret || proof_secret_read(&link->secret, secret) < 0)
        return error_set(error, ERROR_USER,
                         "this program is started by `atelier run`, through srun");
    status = reach(link, address, port, introduction, error);
    unsetenv(RUN_PORT_VARIABLE);
    unsetenv(RUN_SECRET_VARIABLE);
    unsetenv(RUN_RELEASE_VARIABLE);
    return status;
}

void rank_link_say(struct rank_link *link, const char *format, ...)
{
    char line[RUN_LINE_SIZE];
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = run_line_write(&link->proof, line, format, arguments);
    va_end(arguments);
    if (link->fd >= 0)
        (void)!send(link->fd, line, length, MSG_NOSIGNAL);
}

static enum rank_order order_of(const char *text)
{
    return strcmp(text, RUN_GO) == 0    ? RANK_GO
           : strcmp(text, RUN_END) == 0 ? RANK_END
                                        : RANK_WAIT;
}

/* Takes an order. A peer whose message is not proven is treated as one that is gone. */
static enum rank_order take_order(struct rank_link *link)
{
    const char *line = run_line_take(link->line, &link->length), *text;

    if (!line)
        return RANK_WAIT;
    text = run_line_read(&link->proof, line);
    if (text)
        return order_of(text);
    leave(link);
    return RANK_END;
}

enum rank_order rank_link_read(struct rank_link *link)
{
    enum rank_order order = take_order(link);

    if (order != RANK_WAIT || link->fd < 0)
        return order;
    if (receive(link) < 0) {
        leave(link);
        return RANK_END;
    }
    return take_order(link);
}
