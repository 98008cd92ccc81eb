/* fuzz_server.c: plays a file server that answers what a target's bytes say. */
#include "tests/fuzz/fuzz_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <nfsc/libnfs-raw-mount.h>
#include <sys/socket.h>
#include <unistd.h>

#define LAST_FRAGMENT 0x80000000u
#define RESULT_MAX 70000

struct result {
    unsigned char data[RESULT_MAX];
    size_t size;
};

static void put(struct result *result, uint32_t word)
{
    word = htonl(word);
    memcpy(result->data + result->size, &word, sizeof(word));
    result->size += sizeof(word);
}

static void put_pair(struct result *result, uint32_t word)
{
    put(result, 0);
    put(result, word);
}

static void put_handle(struct result *result, unsigned which)
{
    put(result, 8);
    put(result, 0x66616b65);
    put(result, which);
}

static void put_attributes(struct result *result, unsigned type, unsigned which)
{
    put(result, type);
    put(result, 0644);
    put(result, 1);
    put(result, 1000);
    put(result, 1000);
    put_pair(result, 65536);
    put_pair(result, 65536);
    put_pair(result, 0);
    put_pair(result, 7);
    put_pair(result, which);
    for (int i = 0; i < 3; i++) {
        put(result, 1000000);
        put(result, which);
    }
}

static void put_post_attributes(struct result *result, unsigned type, unsigned which)
{
    put(result, 1);
    put_attributes(result, type, which);
}

/* What changed: unknown before, these after. */
static void put_change(struct result *result, unsigned which)
{
    put(result, 0);
    put_post_attributes(result, 1, which);
}

static void put_verifier(struct result *result)
{
    put(result, 0x76657269);
    put(result, 0x66696572);
}

static void put_data(struct result *result, uint32_t count)
{
    if (count > 65536)
        count = 65536;
    put(result, count);
    put(result, 0);
    put(result, count);
    memset(result->data + result->size, 'd', count);
    result->size += (count + 3) & ~3u;
}

static void put_listing(struct result *result, unsigned which, int plus)
{
    put_post_attributes(result, 2, which);
    put_verifier(result);
    for (unsigned i = 1; i <= 4; i++) {
        put(result, 1);
        put_pair(result, i);
        put(result, 1);
        put(result, ('a' + i) << 24);
        put_pair(result, i);
        if (plus) {
            put_post_attributes(result, 1 + i % 2, i);
            put(result, 1);
            put_handle(result, i);
        }
    }
    put(result, 0);
    put(result, which & 1);
}

static void put_nfs_result(struct result *result, const struct server_call *call,
                           unsigned which)
{
    unsigned type = which & 0x80 ? 2 : 1;

    put(result, 0);
    switch (call->procedure) {
    case NFS3_GETATTR:
        put_attributes(result, type, which);
        break;
    case NFS3_LOOKUP:
        put_handle(result, which);
        put_post_attributes(result, type, which);
        put(result, 0);
        break;
    case NFS3_ACCESS:
        put_post_attributes(result, type, which);
        put(result, 0x3f);
        break;
    case NFS3_READLINK:
        put_post_attributes(result, 5, which);
        put(result, 4);
        put(result, 0x66696c65);
        break;
    case NFS3_READ:
        put_post_attributes(result, 1, which);
        put_data(result, call->count);
        break;
    case NFS3_WRITE:
        put_change(result, which);
        put(result, call->count);
        put(result, which & 2);
        put_verifier(result);
        break;
    case NFS3_COMMIT:
        put_change(result, which);
        put_verifier(result);
        break;
    case NFS3_CREATE:
    case NFS3_MKDIR:
    case NFS3_SYMLINK:
    case NFS3_MKNOD:
        put(result, 1);
        put_handle(result, which);
        put_post_attributes(result, type, which);
        put_change(result, 0);
        break;
    case NFS3_LINK:
        put_post_attributes(result, 1, which);
        put_change(result, 0);
        break;
    case NFS3_RENAME:
        put_change(result, 0);
        put_change(result, 0);
        break;
    case NFS3_READDIR:
    case NFS3_READDIRPLUS:
        put_listing(result, which, call->procedure == NFS3_READDIRPLUS);
        break;
    case NFS3_FSSTAT:
        put(result, 0);
        for (int i = 0; i < 6; i++)
            put_pair(result, 1u << 30);
        put(result, 0);
        break;
    case NFS3_FSINFO:
        put(result, 0);
        for (int i = 0; i < 7; i++)
            put(result, 65536);
        put_pair(result, 1u << 30);
        put_pair(result, 1);
        put(result, 0x1b);
        break;
    default:
        put_change(result, which);
    }
}

static void put_result(struct result *result, const struct server_call *call,
                       unsigned which)
{
    if (call->program != MOUNT_PROGRAM) {
        put_nfs_result(result, call, which);
        return;
    }
    put(result, 0);
    put_handle(result, 1);
    put(result, 1);
    put(result, 1);
}

static void reply(struct fuzz_server *server, const struct server_call *call,
                  const unsigned char *data, size_t size)
{
    static unsigned char record[RESULT_MAX + 64];
    uint32_t head[] = {htonl((uint32_t)(24 + size) | LAST_FRAGMENT),
                       htonl(call->transaction),
                       htonl(1),
                       0,
                       0,
                       0,
                       0};

    if (server->peers[call->peer].fd < 0)
        return;
    memcpy(record, head, sizeof(head));
    if (size > 0)
        memcpy(record + sizeof(head), data, size);
    if (send(server->peers[call->peer].fd, record, sizeof(head) + size,
             MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
}

void server_open(struct fuzz_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    *server = (struct fuzz_server){.call_count = 0};
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    FUZZ_REQUIRE(bind(server->listener, (void *)&address, size) == 0 &&
                 listen(server->listener, SERVER_PEERS) == 0 &&
                 getsockname(server->listener, (void *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    for (int i = 0; i < SERVER_PEERS; i++) {
        server->peers[i].fd = -1;
        server->peers[i].received = malloc(SERVER_BUFFER);
        FUZZ_REQUIRE(server->peers[i].received);
    }
}

static void drop_peer(struct fuzz_server *server, int peer)
{
    struct linger at_once = {.l_onoff = 1};

    if (server->peers[peer].fd < 0)
        return;
    setsockopt(server->peers[peer].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(server->peers[peer].fd);
    server->peers[peer].fd = -1;
    server->peers[peer].filled = 0;
}

/* An answer is to be there at once, and not when the last one was acknowledged. */
static int take_peer(const struct fuzz_server *server)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), yes = 1;

    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

static void take_peers(struct fuzz_server *server)
{
    for (int i = 0; i < SERVER_PEERS; i++)
        if (server->peers[i].fd < 0) {
            server->peers[i].fd = take_peer(server);
            server->peers[i].filled = 0;
        }
}

static uint32_t word_at(const char *record, size_t size, size_t at)
{
    uint32_t word = 0;

    if (at + sizeof(word) <= size)
        memcpy(&word, record + at, sizeof(word));
    return ntohl(word);
}

static void take_call(struct fuzz_server *server, int peer, const char *record,
                      size_t size)
{
    size_t arguments = 32 + ((word_at(record, size, 28) + 3) & ~3u) + 8;
    size_t handle = (word_at(record, size, arguments) + 3) & ~3u;
    struct server_call call = {.peer = peer,
                               .transaction = word_at(record, size, 0),
                               .program = word_at(record, size, 12),
                               .procedure = word_at(record, size, 20),
                               .count =
                                   word_at(record, size, arguments + 4 + handle + 8)};

    FUZZ_REQUIRE(call.program != NFS_PROGRAM || call.procedure == 0 ||
                 word_at(record, size, arguments) <= NFS3_FHSIZE);
    if (call.procedure == 0)
        reply(server, &call, NULL, 0);
    else if (server->call_count < SERVER_CALLS)
        server->calls[server->call_count++] = call;
}

static void take_calls(struct fuzz_server *server, int peer)
{
    char *received = server->peers[peer].received;
    size_t filled = server->peers[peer].filled, at = 0;

    while (filled - at >= 4) {
        size_t size = word_at(received, filled, at) & ~LAST_FRAGMENT;

        if (size > filled - at - 4)
            break;
        take_call(server, peer, received + at + 4, size);
        at += 4 + size;
    }
    memmove(received, received + at, filled - at);
    server->peers[peer].filled = filled - at;
}

void server_hear(struct fuzz_server *server)
{
    take_peers(server);
    for (int i = 0; i < SERVER_PEERS; i++) {
        ssize_t size = 1;

        while (server->peers[i].fd >= 0 && size > 0) {
            size = recv(server->peers[i].fd,
                        server->peers[i].received + server->peers[i].filled,
                        SERVER_BUFFER - server->peers[i].filled, MSG_DONTWAIT);
            if (size > 0) {
                server->peers[i].filled += (size_t)size;
                take_calls(server, i);
            } else if (size == 0 || errno != EAGAIN) {
                drop_peer(server, i);
            }
        }
    }
}

/* Changes some bytes of the result, and perhaps its length. */
static void spoil(struct result *result, struct fuzz_bytes *bytes, unsigned changes)
{
    for (unsigned i = 0; i < changes % 8 && result->size > 0; i++) {
        size_t at = fuzz_word(bytes) % result->size;

        result->data[at] = (unsigned char)fuzz_byte(bytes);
    }
    if (changes & 8)
        result->size = fuzz_word(bytes) % (result->size + 1);
}

void server_answer(struct fuzz_server *server, struct fuzz_bytes *bytes)
{
    static struct result result;
    unsigned how = fuzz_byte(bytes), place;
    struct server_call call;
    const uint8_t *raw;
    size_t size;

    if (server->call_count == 0)
        return;
    place = (how & 3) % server->call_count;
    call = server->calls[place];
    memmove(&server->calls[place], &server->calls[place + 1],
            (--server->call_count - place) * sizeof(call));
    if (how >= 0xe0) {
        size = fuzz_take(bytes, &raw, fuzz_word(bytes) % 4096);
        reply(server, &call, raw, size);
        return;
    }
    result.size = 0;
    put_result(&result, &call, fuzz_byte(bytes));
    if (how & 0x80)
        spoil(&result, bytes, fuzz_byte(bytes));
    reply(server, &call, result.data, result.size);
}

void server_hang_up(struct fuzz_server *server)
{
    for (int i = 0; i < SERVER_PEERS; i++)
        drop_peer(server, i);
    server->call_count = 0;
}
