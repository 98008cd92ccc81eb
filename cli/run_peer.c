#include "run_peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define STRANGERS_MAX 64 /* connections beyond the processes' own */

static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int make_cookie(char cookie[RUN_COOKIE_SIZE])
{
    unsigned char bytes[(RUN_COOKIE_SIZE - 1) / 2];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return -1;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(cookie + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

/* IPv6 where there is one, which takes IPv4's connections too. */
static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_in four = {.sin_family = AF_INET};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr *address = (struct sockaddr *)&six;
    socklen_t size = sizeof(six);
    const int off = 0;

    if (fd < 0) {
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        address = (struct sockaddr *)&four;
        size = sizeof(four);
    } else {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    }
    if (fd < 0 || bind(fd, address, size) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, address, &size) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *port = ntohs(address->sa_family == AF_INET6 ? six.sin6_port : four.sin_port);
    return fd;
}

int peers_open(struct peers *peers, unsigned tasks)
{
    raise_descriptor_limit();
    *peers = (struct peers){.room = tasks + STRANGERS_MAX, .listener = -1};
    peers->list = calloc(peers->room, sizeof(*peers->list));
    if (!peers->list || make_cookie(peers->cookie) < 0)
        return -1;
    peers->listener = listen_anywhere(&peers->port);
    return peers->listener < 0 ? -1 : 0;
}

void peers_close(struct peers *peers)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].fd >= 0)
            close(peers->list[i].fd);
    if (peers->listener >= 0)
        close(peers->listener);
    free(peers->list);
}

/* A node that is switched off sends nothing: the kernel asks after it. */
static void watch(int fd)
{
    const int on = 1, idle = RUN_SILENCE_SECONDS / 2, interval = 1,
              count = RUN_SILENCE_SECONDS / 2;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/* Places of strangers that have gone are used again. */
static struct peer *free_place(struct peers *peers)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].fd < 0 && peers->list[i].state == PEER_NEW)
            return &peers->list[i];
    return peers->count < peers->room ? &peers->list[peers->count++] : NULL;
}

void peers_accept(struct peers *peers)
{
    int fd = accept4(peers->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct peer *peer;

    if (fd < 0)
        return;
    peer = free_place(peers);
    if (!peer) {
        close(fd);
        return;
    }
    watch(fd);
    *peer = (struct peer){.fd = fd, .state = PEER_NEW};
}

/* Cuts the first line off what has been read; it stands behind the rest. */
static const char *take_line(struct peer *peer)
{
    static char line[RUN_LINE_SIZE];
    char *end = memchr(peer->line, '\n', peer->length);
    size_t size;

    if (!end)
        return NULL;
    size = (size_t)(end - peer->line);
    memcpy(line, peer->line, size);
    line[size] = '\0';
    peer->length -= size + 1;
    memmove(peer->line, end + 1, peer->length);
    return line;
}

const char *peer_read(struct peer *peer, bool *ended)
{
    const char *line = take_line(peer);
    ssize_t count;

    *ended = false;
    if (line || peer->fd < 0)
        return line;
    count =
        recv(peer->fd, peer->line + peer->length, sizeof(peer->line) - peer->length, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return NULL;
    if (count <= 0) { /* also for a line that is longer than there is room */
        close(peer->fd);
        peer->fd = -1;
        *ended = true;
        return NULL;
    }
    peer->length += (size_t)count;
    return take_line(peer);
}

bool peer_greet(const struct peers *peers, struct peer *peer, const char *line,
                char *step)
{
    char cookie[RUN_COOKIE_SIZE + 1];

    if (sscanf(line, "hello %33s %u %71s %71s %71s %71s", cookie, &peer->rank, peer->node,
               step, peer->role, peer->log) != 6 ||
        strcmp(cookie, peers->cookie) != 0)
        return false;
    peer->state = PEER_KNOWN;
    return true;
}

void peer_tell(const struct peer *peer, const char *order)
{
    char line[16];
    int length = snprintf(line, sizeof(line), "%s\n", order);

    if (peer->fd >= 0)
        (void)!send(peer->fd, line, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void peers_tell(const struct peers *peers, const char *order)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].state != PEER_NEW && peers->list[i].state != PEER_ENDED)
            peer_tell(&peers->list[i], order);
}
