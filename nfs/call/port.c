/* port.c: chooses the port that a connection comes from. */
#include "nfs/call/port.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Thread_local int wanted;

/* Returns where the port is; IPv4 and IPv6 have it at the same place. */
static in_port_t *port_in(struct sockaddr_storage *address)
{
    return &((struct sockaddr_in *)address)->sin_port;
}

static int bind_to(int fd, const void *address, socklen_t size)
{
    return (int)syscall(SYS_bind, fd, address, size);
}

/* libnfs has no call to choose a port. But it calls bind through the linker, which finds
 * this function first. */
__attribute__((visibility("default"))) int bind(int fd, const struct sockaddr *address,
                                                socklen_t size)
{
    struct sockaddr_storage ours;

    if (wanted == 0 || size > sizeof(ours) ||
        (address->sa_family != AF_INET && address->sa_family != AF_INET6))
        return bind_to(fd, address, size);
    memcpy(&ours, address, size);
    *port_in(&ours) = htons((in_port_t)wanted);
    return bind_to(fd, &ours, size) == 0 ? 0 : bind_to(fd, address, size);
}

void port_want(int port)
{
    wanted = port;
}

int port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        return 0;
    return ntohs(*port_in(&address));
}
