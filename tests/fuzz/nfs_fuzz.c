/* nfs_fuzz.c: the NFS client between a kernel and a server that may answer anything.
 *
 * All of nfs/ but its main and the lock service runs as it is, over real sockets.
 * The bytes are steps: a request of the kernel (fuzz_kernel.h), an answer of the server
 * (fuzz_server.h), the end of all connections, time that passes, or an allocation of the
 * client's that is to fail. With EVERY_ALLOCATION=1 in the environment each input is run
 * again and again, with the first allocation failing, then the second, ...
 */
#include "tests/fuzz/fuzz_kernel.h"
#include "tests/fuzz/fuzz_server.h"

#include "nfs/client.h"
#include "nfs/session.h"
#include "tests/unit/allocation.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define USER 1000
#define ALLOCATIONS_MOST 1000
#define ROUNDS_MAX 8 /* of the event loop after each step */

static struct fuzz_server server;
static struct fuzz_kernel kernel;
static long long time_passed;

/* Requests that the kernel gets no answer to any more are libfuse's, and stay. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

/* Time is a step, so that pauses and retries are in reach. */
long long __wrap_clock_milliseconds(void);
long long __wrap_clock_milliseconds(void)
{
    return 1000000 + time_passed;
}

/* libnfs reads /etc/services for every reserved port that it tries. */
__attribute__((visibility("default"))) struct servent *getservbyport(int port,
                                                                     const char *protocol)
{
    (void)port;
    (void)protocol;
    return NULL;
}

static void begin(struct client *client, unsigned behaviour)
{
    struct volume *volume = &client->volumes[0];
    struct error error = {0};
    char handle[] = "fakeroot";
    struct nfs_fh3 root = {.data = {.data_len = 8, .data_val = handle}};
    int pair[2], size = 1 << 20;

    client->server = (struct server){
        .entry = {.name = "store",
                  .port = server.port,
                  .connections = 1 + (behaviour & 1),
                  .is_soft = behaviour & 2,
                  .timeout_ms = 2000,
                  .attribute_cache_ms = behaviour & 4 ? 0 : FILE_SERVER_LIKE_THE_KERNEL},
        .address = "127.0.0.1",
        .uid = USER,
        .gid = USER};
    writeback_init(&client->writeback);
    volume->server = &client->server;
    volume->connections = client->connections;
    volume->writeback = &client->writeback;
    volume->read_max = volume->write_max = behaviour & 8 ? 4096 : 65536;
    volume->inodes_most = 8;
    client->inodes = (struct inode_bound){.kept = 24, .most = 32};
    FUZZ_REQUIRE(inode_table_init(&volume->inodes, &client->inodes) == 0);
    volume->root = inode_get(&volume->inodes, &root);
    client->volume_count = 1;
    for (unsigned i = 0; i < client->server.entry.connections; i++)
        connection_init(&client->connections[i], &client->server, NULL);
    FUZZ_REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    kernel_begin(&kernel, pair[0]);
    FUZZ_REQUIRE(session_open(volume, pair[1], &error) == 0);
}

/* As client.c's loop does it, without waiting. Returns whether anything happened. */
static bool turn(struct client *client)
{
    struct pollfd sockets[SERVER_CONNECTIONS_MAX + 1];
    unsigned count = client->server.entry.connections;
    bool busy = false;

    for (unsigned i = 0; i < count; i++)
        busy |= connection_poll(&client->connections[i], &sockets[i], false) == 0;
    sockets[count] =
        (struct pollfd){.fd = session_descriptor(&client->volumes[0]), .events = POLLIN};
    busy |= poll(sockets, count + 1, 0) > 0;
    for (unsigned i = 0; i < count; i++)
        connection_service(&client->connections[i], sockets[i].revents, false);
    if (sockets[count].revents)
        session_service(&client->volumes[0]);
    writeback_service(&client->writeback);
    for (unsigned i = 0; i < count; i++)
        connection_flush(&client->connections[i]);
    kernel_hear(&kernel);
    server_hear(&server);
    return busy;
}

static void settle(struct client *client)
{
    for (int i = 0; i < ROUNDS_MAX && turn(client); i++)
        ;
}

static void step(struct fuzz_bytes *bytes)
{
    unsigned what = fuzz_byte(bytes);

    if (what < 100)
        kernel_ask(&kernel, bytes);
    else if (what < 240)
        server_answer(&server, bytes);
    else if (what < 244)
        allocation_countdown = 1 + fuzz_byte(bytes) % 8;
    else if (what < 252)
        time_passed += fuzz_byte(bytes) * 40;
    else
        server_hang_up(&server);
}

static void end(struct client *client)
{
    if (client->volumes[0].opens == 0 || kernel.waiting == 0)
        kernel_end(&kernel);
    settle(client);
    server_hang_up(&server);
    client_release(client);
    close(kernel.fd);
}

/* Runs the input with the allocation number `failing` failing; 0 for none. Returns
 * whether there was one of that number. */
static bool run(const uint8_t *data, size_t size, unsigned failing)
{
    struct fuzz_bytes bytes = {data, size};
    struct client *client = calloc(1, sizeof(*client));
    bool failed;

    FUZZ_REQUIRE(client);
    time_passed = 0;
    begin(client, fuzz_byte(&bytes));
    settle(client);
    allocation_countdown = failing;
    while (bytes.left > 0) {
        step(&bytes);
        settle(client);
    }
    failed = allocation_countdown == 0;
    allocation_countdown = 0;
    end(client);
    free(client);
    return failed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned failing = 0;

    if (server.port == 0)
        server_open(&server);
    while (run(data, size, failing) && getenv("EVERY_ALLOCATION") &&
           failing < ALLOCATIONS_MOST)
        failing++;
    return 0;
}
