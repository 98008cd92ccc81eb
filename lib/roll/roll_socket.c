/* roll_socket.c: opens the sockets of the launch check. */
#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <unistd.h>

#define KIND (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)
#define BACKLOG 4096 /* Linux cuts it to net.core.somaxconn */

/* Sets SO_REUSEADDR, as the frameworks do: then a port is not taken by lingering
 * connections of an earlier program, but only by one that listens. */
static int bind_and_listen(int socket, const void *address, socklen_t length)
{
    const int on = 1;
    int cause;

    if (socket >= 0 &&
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(socket, address, length) == 0 && listen(socket, BACKLOG) == 0)
        return socket;
    cause = errno;
    if (socket >= 0)
        close(socket);
    errno = cause;
    return -1;
}

/* Listens at the port of both IP versions: a socket of IPv6 is one of IPv4 as well,
 * unless it is told otherwise. */
int roll_socket_listen(unsigned port)
{
    struct sockaddr_in6 all = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
    struct sockaddr_in old = {.sin_family = AF_INET};
    const int off = 0;
    int listening = socket(AF_INET6, KIND, 0);

    all.sin6_port = old.sin_port = htons((in_port_t)port);
    if (listening >= 0)
        setsockopt(listening, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    listening = bind_and_listen(listening, &all, sizeof(all));
    if (listening < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
        listening = bind_and_listen(socket(AF_INET, KIND, 0), &old, sizeof(old));
    return listening;
}

int roll_socket_connect(const struct resolved_address *address)
{
    int peer = socket(address->address.ss_family, KIND, 0);
    int cause;

    if (peer < 0)
        return -1;
    if (connect(peer, (const struct sockaddr *)&address->address, address->length) == 0 ||
        errno == EINPROGRESS)
        return peer;
    cause = errno;
    close(peer);
    errno = cause;
    return -1;
}

int roll_socket_outcome(int socket)
{
    int cause = 0;
    socklen_t size = sizeof(cause);

    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &cause, &size) < 0 ? errno : cause;
}

int roll_socket_accept(int listening)
{
    return accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
