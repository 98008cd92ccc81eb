#include "rank_link.h"

#include "deadline.h"

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

/* A node that is switched off sends nothing: the kernel asks after it. */
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

/* Returns 0 or an errno. */
static int finish(int fd, const struct addrinfo *address)
{
    struct deadline deadline = deadline_after(CONNECT_MS);
    struct pollfd polled = {.fd = fd, .events = POLLOUT};
    int cause = 0;
    socklen_t size = sizeof(cause);

    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    while (poll(&polled, 1, deadline_left(&deadline)) < 1)
        if (deadline_passed(&deadline))
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
                      struct error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    int status = getaddrinfo(address, port, &hints, &found);

    if (status != 0)
        return refuse(address, port, gai_strerror(status), error);
    link->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    status = link->fd < 0 ? errno : finish(link->fd, found);
    freeaddrinfo(found);
    if (status == 0)
        watch(link->fd);
    else if (link->fd >= 0)
        close(link->fd);
    return status == 0 ? 0 : refuse(address, port, strerror(status), error);
}

int rank_link_open(struct rank_link *link, char cookie[RUN_COOKIE_SIZE],
                   struct error *error)
{
    const char *address = getenv(RUN_ADDRESS_VARIABLE);
    const char *port = getenv(RUN_PORT_VARIABLE), *given = getenv(RUN_COOKIE_VARIABLE);
    int status;

    *link = (struct rank_link){.fd = -1};
    if (!address || !port || !given || strlen(given) != RUN_COOKIE_SIZE - 1)
        return error_set(error, ERROR_USER,
                         "this program is started by `atelier run`, through srun");
    memcpy(cookie, given, RUN_COOKIE_SIZE);
    status = connect_to(link, address, port, error);
    unsetenv(RUN_PORT_VARIABLE);
    unsetenv(RUN_COOKIE_VARIABLE);
    return status;
}

void rank_link_say(struct rank_link *link, const char *format, ...)
{
    char line[RUN_LINE_SIZE];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    if (length < 0 || link->fd < 0)
        return;
    if (length > (int)sizeof(line) - 2)
        length = (int)sizeof(line) - 2;
    line[length] = '\n';
    (void)!send(link->fd, line, (size_t)length + 1, MSG_NOSIGNAL);
}

static enum rank_order order_of(const char *line)
{
    return strcmp(line, "go") == 0    ? RANK_GO
           : strcmp(line, "end") == 0 ? RANK_END
                                      : RANK_WAIT;
}

/* Takes the first line, when it is whole. */
static enum rank_order take_line(struct rank_link *link)
{
    char *end = memchr(link->line, '\n', link->length);
    enum rank_order order;
    size_t used;

    if (!end)
        return RANK_WAIT;
    *end = '\0';
    order = order_of(link->line);
    used = (size_t)(end - link->line) + 1;
    memmove(link->line, end + 1, link->length - used);
    link->length -= used;
    return order;
}

enum rank_order rank_link_read(struct rank_link *link)
{
    enum rank_order order = take_line(link);
    ssize_t count;

    if (order != RANK_WAIT || link->fd < 0)
        return order;
    count =
        recv(link->fd, link->line + link->length, sizeof(link->line) - link->length, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return RANK_WAIT;
    if (count <= 0) {
        close(link->fd);
        link->fd = -1;
        return RANK_END;
    }
    link->length += (size_t)count;
    return take_line(link);
}
