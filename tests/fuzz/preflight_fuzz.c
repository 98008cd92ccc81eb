/* preflight_fuzz.c: the preflight, and a file server that may answer anything.
 *
 * The preflight waits in poll, and there is the server (fuzz_server.h): the bytes are its
 * answers, one for each turn. When they are used up, the keeper goes away.
 */
#include "tests/fuzz/fuzz_server.h"

#include "lib/protocol/client_protocol.h"
#include "nfs/client.h"
#include "nfs/preflight.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define USER 1000
#define VOLUMES 2
#define IDLE_TURNS 50 /* of a loop that nothing wakes any more */
#define DEADLINE_MS 5000

static struct fuzz_server server;
static struct fuzz_bytes bytes;
static int keeper[2]; /* the preflight's end, and the keeper's; -1 when it is closed */
static unsigned idle;

/* libnfs reads /etc/services for every reserved port that it tries. */
__attribute__((visibility("default"))) struct servent *getservbyport(int port,
                                                                     const char *protocol)
{
    (void)port;
    (void)protocol;
    return NULL;
}

static void answer_one(void)
{
    server_hear(&server);
    if (server.call_count == 0 || bytes.left == 0)
        return;
    if (fuzz_byte(&bytes) < 250)
        server_answer(&server, &bytes);
    else
        server_hang_up(&server);
}

int __real_poll(struct pollfd *sockets, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int milliseconds)
{
    int ready;

    (void)milliseconds;
    answer_one();
    ready = __real_poll(sockets, count, 0);
    if (ready == 0 && bytes.left == 0 && ++idle > IDLE_TURNS && keeper[1] >= 0) {
        close(keeper[1]);
        keeper[1] = -1;
    }
    return ready;
}

static void begin(struct client *client, unsigned behaviour)
{
    client->server = (struct server){.entry = {.name = "store",
                                               .host = "127.0.0.1",
                                               .port = server.port,
                                               .mount_port = server.port,
                                               .version = behaviour & 1 ? 4 : 3},
                                     .uid = USER,
                                     .gid = USER,
                                     .unprivileged = behaviour & 2};
    for (size_t i = 0; i < VOLUMES; i++) {
        struct volume *volume = &client->volumes[i];

        volume->server = &client->server;
        volume->probe = behaviour & 4;
        snprintf(volume->name, sizeof(volume->name), "volume%zu", i);
        snprintf(volume->export_path, sizeof(volume->export_path), "/srv/%zu", i);
        FUZZ_REQUIRE(inode_table_init(&volume->inodes, &client->inodes) == 0);
    }
    client->volume_count = VOLUMES;
    FUZZ_REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, keeper) == 0);
    idle = 0;
}

static void check_volume(const struct volume *volume)
{
    FUZZ_REQUIRE(volume->root && inode_handle(volume->root).data.data_len > 0 &&
                 inode_handle(volume->root).data.data_len <= NFS3_FHSIZE);
    FUZZ_REQUIRE(volume->read_max >= 4096 && volume->read_max <= CLIENT_TRANSFER_MAX);
    FUZZ_REQUIRE(volume->write_max >= 4096 && volume->write_max <= CLIENT_TRANSFER_MAX);
}

/* Either all is known of the volumes, or less because the port is a user's, or there is
 * one sentence about the server.
 */
static void run(struct client *client)
{
    struct error error = {0};
    struct preflight preflight = {.server = &client->server,
                                  .volumes = client->volumes,
                                  .volume_count = client->volume_count,
                                  .keeper = keeper[0],
                                  .milliseconds = DEADLINE_MS,
                                  .deadline = deadline_after(DEADLINE_MS)};
    struct rpc_context *rpc = preflight_run(&preflight, &error);

    if (rpc) {
        bool is_whole = client->server.entry.version != 4 && !preflight.is_partial;

        FUZZ_REQUIRE(!preflight.is_partial || client->server.unprivileged);
        for (size_t i = 0; i < VOLUMES && is_whole; i++)
            check_volume(&client->volumes[i]);
        FUZZ_REQUIRE(error.party == ERROR_NONE && !preflight.culprit);
        rpc_destroy_context(rpc);
        return;
    }
    FUZZ_REQUIRE(error.party != ERROR_NONE && error.text[0] && !strchr(error.text, '\n'));
    FUZZ_REQUIRE(error.party != ERROR_STORAGE || strstr(error.text, "`store`"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct client *client = calloc(1, sizeof(*client));

    FUZZ_REQUIRE(client);
    if (server.port == 0)
        server_open(&server);
    bytes = (struct fuzz_bytes){data, size};
    begin(client, fuzz_byte(&bytes));
    run(client);
    server_hear(&server);
    server_hang_up(&server);
    client_release(client);
    free(client);
    close(keeper[0]);
    if (keeper[1] >= 0)
        close(keeper[1]);
    return 0;
}
