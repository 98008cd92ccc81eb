/* run_peer.c: holds the connections of a step's processes to `atelier run`. */
#include "run/run_peer.h"

#include "lib/protocol/run_line.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define STRANGERS_MAX 512 /* places for connections that are not the processes' own */
#define SILENT_MS 5000 /* how long a connection may stay unproven: a node may be busy */

static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Listens on IPv6 where there is one, which takes IPv4's connections too. */
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

int run_peers_open(struct run_peers *peers, unsigned tasks)
{
    raise_descriptor_limit();
    *peers =
        (struct run_peers){.room = 2 * (size_t)tasks + STRANGERS_MAX, .listener = -1};
    peers->list = calloc(peers->room, sizeof(*peers->list));
    if (!peers->list || proof_secret_make(&peers->secret) < 0)
        return -1;
    peers->listener = listen_anywhere(&peers->port);
    return peers->listener < 0 ? -1 : 0;
}

void run_peers_close(struct run_peers *peers)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].fd >= 0)
            close(peers->list[i].fd);
    if (peers->listener >= 0)
        close(peers->listener);
    proof_forget(&peers->secret, sizeof(peers->secret));
    free(peers->list);
}

/* Has the kernel ask after the other node: one that is switched off sends nothing. */
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

void run_peer_drop(struct run_peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    *peer = (struct run_peer){.fd = -1, .state = PEER_NEW};
}

static bool is_stranger(const struct run_peer *peer)
{
    return peer->fd >= 0 && peer->state == PEER_NEW;
}

/* Returns the stranger that has been there for longest, or NULL. */
static struct run_peer *oldest_stranger(const struct run_peers *peers)
{
    struct run_peer *oldest = NULL;

    for (size_t i = 0; i < peers->count; i++) {
        struct run_peer *peer = &peers->list[i];

        if (is_stranger(peer) &&
            (!oldest || deadline_left(&peer->silent) < deadline_left(&oldest->silent)))
            oldest = peer;
    }
    return oldest;
}

/* Returns a free place, such as that of a stranger that has gone. */
static struct run_peer *free_place(struct run_peers *peers)
{
    struct run_peer *oldest;

    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].fd < 0 && peers->list[i].state == PEER_NEW)
            return &peers->list[i];
    if (peers->count < peers->room)
        return &peers->list[peers->count++];
    oldest = oldest_stranger(peers);
    if (oldest)
        run_peer_drop(oldest);
    return oldest;
}

void run_peers_accept(struct run_peers *peers)
{
    int fd = accept4(peers->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct run_peer *peer;

    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && (peer = oldest_stranger(peers)))
        run_peer_drop(peer);
    if (fd < 0)
        return;
    peer = free_place(peers);
    if (!peer) {
        close(fd);
        return;
    }
    watch(fd);
    *peer = (struct run_peer){
        .fd = fd, .state = PEER_NEW, .silent = deadline_after(SILENT_MS)};
    if (proof_begin(&peer->proof, &peers->secret, RUN_PURPOSE, PROOF_LISTENS) < 0)
        run_peer_drop(peer);
}

int run_peers_drop_silent(struct run_peers *peers)
{
    struct run_peer *oldest;

    while ((oldest = oldest_stranger(peers)) && deadline_passed(&oldest->silent))
        run_peer_drop(oldest);
    return oldest ? deadline_left(&oldest->silent) : -1;
}

static const char *next_line(struct run_peer *peer, bool *ended)
{
    const char *line = run_line_take(peer->line, &peer->length);
    ssize_t count;

    if (line || peer->fd < 0)
        return line;
    count =
        recv(peer->fd, peer->line + peer->length, sizeof(peer->line) - peer->length, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return NULL;
    *ended = count <= 0; /* also for a line that is longer than there is room */
    peer->length += count > 0 ? (size_t)count : 0;
    return *ended ? NULL : run_line_take(peer->line, &peer->length);
}

static void send_line(const struct run_peer *peer, const char *line, size_t length)
{
    if (peer->fd >= 0)
        (void)!send(peer->fd, line, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Takes the other side's nonce. Returns whether it was one. */
static bool meet(struct run_peer *peer, const char *line)
{
    char answer[RUN_LINE_SIZE];

    if (!run_line_meet(&peer->proof, line))
        return false;
    peer->is_met = true;
    send_line(peer, answer, run_line_hello(&peer->proof, answer));
    run_peer_tell(peer, RUN_WELCOME);
    return true;
}

const char *run_peer_read(struct run_peer *peer, bool *ended)
{
    const char *line, *text = NULL;

    *ended = false;
    while (!text && !*ended && (line = next_line(peer, ended))) {
        text = peer->is_met ? run_line_read(&peer->proof, line) : NULL;
        *ended = !text && (peer->is_met || !meet(peer, line));
    }
    if (*ended) {
        close(peer->fd);
        peer->fd = -1;
    }
    return text;
}

bool run_peer_greet(struct run_peer *peer, const char *text)
{
    if (!run_message_read_rank(&peer->rank, text))
        return false;
    peer->state = PEER_KNOWN;
    run_peer_tell(peer, RUN_KNOWN);
    return true;
}

static void tell(struct run_peer *peer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct run_peer *peer, const char *format, ...)
{
    char line[RUN_LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    send_line(peer, line, run_line_write(&peer->proof, line, format, arguments));
    va_end(arguments);
}

void run_peer_tell(struct run_peer *peer, const char *order)
{
    tell(peer, "%s", order);
}

void run_peers_tell(struct run_peers *peers, const char *order)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].state != PEER_NEW && peers->list[i].state != PEER_ENDED)
            run_peer_tell(&peers->list[i], order);
}
