#include "client.h"

#include "message.h"
#include "preflight.h"
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MS 2000 /* for the keeper to take one */
#define DRAIN_MS 2000  /* after stop, for calls that nobody waits for */

static int malformed(struct error *error, const char *key)
{
    return error_set(error, ERROR_NODE, "the keeper's request has no valid `%s`", key);
}

/* Copies a text of 1 to size - 1 bytes. */
static int read_text(const struct record *request, const char *key, char *text,
                     size_t size, struct error *error)
{
    const char *value = record_get(request, key);

    if (!value || !value[0] || strlen(value) >= size)
        return malformed(error, key);
    strcpy(text, value);
    return 0;
}

/* A decimal number up to `most`, moving `text` past it. */
static int parse_number(const char **text, unsigned long most, unsigned long *number)
{
    char *end;

    if (**text < '0' || **text > '9')
        return -1;
    errno = 0;
    *number = strtoul(*text, &end, 10);
    *text = end;
    return errno || *number > most ? -1 : 0;
}

static int read_number(const struct record *request, const char *key, unsigned long most,
                       unsigned long *number, struct error *error)
{
    const char *value = record_get(request, key);

    if (!value || parse_number(&value, most, number) < 0 || *value)
        return malformed(error, key);
    return 0;
}

static int read_groups(struct server *server, const char *text, struct error *error)
{
    while (text && *text) {
        unsigned long group;

        if (parse_number(&text, UINT32_MAX - 1, &group) < 0 || (*text && *text != ','))
            return malformed(error, "groups");
        if (server->group_count < SERVER_GROUPS_MAX)
            server->groups[server->group_count++] = (uint32_t)group;
        text += *text == ',';
    }
    return 0;
}

/* Absent means 3. */
static int read_version(struct server *server, const struct record *request,
                        struct error *error)
{
    unsigned long version = 3;

    if (record_get(request, "version") &&
        read_number(request, "version", 4, &version, error) < 0)
        return -1;
    server->version = (int)version;
    return 0;
}

static int read_server(struct client *client, const struct record *request,
                       struct error *error)
{
    struct server *server = &client->server;
    unsigned long port, mount_port, deadline, uid, gid;

    if (read_text(request, "server", server->name, sizeof(server->name), error) < 0 ||
        read_text(request, "host", server->host, sizeof(server->host), error) < 0 ||
        read_number(request, "port", 65535, &port, error) < 0 ||
        read_number(request, "mount_port", 65535, &mount_port, error) < 0 ||
        read_version(server, request, error) < 0 ||
        read_number(request, "deadline_ms", 600000, &deadline, error) < 0 ||
        read_number(request, "uid", UINT32_MAX - 1, &uid, error) < 0 ||
        read_number(request, "gid", UINT32_MAX - 1, &gid, error) < 0)
        return -1;
    server->port = (int)port;
    server->mount_port = (int)mount_port;
    client->deadline_ms = (int)deadline;
    server->uid = (uid_t)uid;
    server->gid = (gid_t)gid;
    return read_groups(server, record_get(request, "groups"), error);
}

static int read_volume(struct client *client, const struct record *request, size_t index,
                       struct error *error)
{
    struct volume *volume = &client->volumes[index];
    unsigned long read_only;
    char key[64];

    snprintf(key, sizeof(key), "volume.%zu.name", index);
    if (read_text(request, key, volume->name, sizeof(volume->name), error) < 0)
        return -1;
    snprintf(key, sizeof(key), "volume.%zu.export", index);
    if (read_text(request, key, volume->export_path, sizeof(volume->export_path), error) <
        0)
        return -1;
    snprintf(key, sizeof(key), "volume.%zu.read_only", index);
    if (read_number(request, key, 1, &read_only, error) < 0)
        return -1;
    volume->read_only = read_only;
    snprintf(key, sizeof(key), "volume.%zu.probe", index);
    volume->probe =
        record_get(request, key) && strcmp(record_get(request, key), "1") == 0;
    volume->server = &client->server;
    volume->connection = &client->connection;
    if (inode_table_init(&volume->inodes) < 0)
        return error_set(error, ERROR_NODE, "out of memory");
    client->volume_count++;
    return 0;
}

int client_read_request(struct client *client, const struct record *request,
                        struct error *error)
{
    const char *kind = record_get(request, "request");
    unsigned long volumes;

    if (!kind || strcmp(kind, "connect") != 0)
        return malformed(error, "request");
    if (read_server(client, request, error) < 0 ||
        read_number(request, "volumes", CLIENT_VOLUMES_MAX, &volumes, error) < 0)
        return -1;
    for (size_t i = 0; i < volumes; i++)
        if (read_volume(client, request, i, error) < 0)
            return -1;
    return 0;
}

int client_connect(struct client *client, struct error *error)
{
    struct preflight preflight = {.server = &client->server,
                                  .volumes = client->volumes,
                                  .volume_count = client->volume_count,
                                  .keeper = client->keeper,
                                  .milliseconds = client->deadline_ms,
                                  .deadline = deadline_after(client->deadline_ms)};
    struct rpc_context *rpc = preflight_run(&preflight, error);

    client->culprit = preflight.culprit;
    if (!rpc)
        return -1;
    connection_init(&client->connection, &client->server, rpc);
    return 0;
}

static int answer(const struct client *client, struct record *record)
{
    struct deadline deadline = deadline_after(ANSWER_MS);
    int result = record ? message_send(client->keeper, record, -1, &deadline, NULL) : -1;

    record_destroy(record);
    return result;
}

static struct record *new_answer(const char *state)
{
    struct record *record = record_create();

    if (record && record_set(record, "state", state) == 0)
        return record;
    record_destroy(record);
    return NULL;
}

void client_report_failure(const struct client *client, const struct error *error)
{
    struct record *record = new_answer("failed");

    if (record) {
        record_set(record, "error", error->text);
        record_set(record, "party", error_party_name(error->party));
        record_set(record, "volume", client->culprit ? client->culprit : "");
    }
    answer(client, record);
}

static int serve_volume(struct client *client, const struct record *request, int fd)
{
    struct error error = {0};
    unsigned long index;

    if (client->volume_count > 0 &&
        read_number(request, "volume", client->volume_count - 1, &index, &error) == 0 &&
        session_open(&client->volumes[index], fd, &error) == 0)
        return answer(client, new_answer("serving"));
    client_report_failure(client, &error);
    return -1;
}

static int report_stop(const struct client *client)
{
    struct record *record = new_answer("stopped");
    char key[64];

    for (size_t i = 0; record && i < client->volume_count; i++) {
        const struct volume *volume = &client->volumes[i];

        snprintf(key, sizeof(key), "volume.%zu.bytes_read", i);
        record_setf(record, key, "%llu", (unsigned long long)volume->bytes_read);
        snprintf(key, sizeof(key), "volume.%zu.bytes_written", i);
        record_setf(record, key, "%llu", (unsigned long long)volume->bytes_written);
    }
    return answer(client, record);
}

/* One turn of the loop: waits at most `milliseconds` (-1: until something happens), then
 * does all that can be done without waiting. Returns whether the keeper has something to
 * say. */
static bool turn(struct client *client, int milliseconds)
{
    struct pollfd sockets[2 + CLIENT_VOLUMES_MAX];
    int wait = connection_poll(&client->connection, &sockets[1]);

    sockets[0] = (struct pollfd){.fd = client->keeper, .events = POLLIN};
    for (size_t i = 0; i < client->volume_count; i++)
        sockets[2 + i] = (struct pollfd){.fd = session_descriptor(&client->volumes[i]),
                                         .events = POLLIN};
    if (wait < 0 || (milliseconds >= 0 && milliseconds < wait))
        wait = milliseconds;
    if (poll(sockets, 2 + client->volume_count, wait) < 0)
        return false;
    connection_service(&client->connection, sockets[1].revents);
    for (size_t i = 0; i < client->volume_count; i++)
        if (sockets[2 + i].revents)
            session_service(&client->volumes[i]);
    connection_flush(&client->connection);
    return sockets[0].revents != 0;
}

/* Names of removed files that were open to the end are still on their way out. */
static void drain(struct client *client)
{
    struct deadline deadline = deadline_after(DRAIN_MS);

    while (client->connection.first && !deadline_passed(&deadline))
        turn(client, deadline_left(&deadline));
}

int client_serve(struct client *client)
{
    if (answer(client, new_answer("ready")) < 0)
        return EXIT_FAILURE;
    for (;;) {
        struct deadline deadline = deadline_after(ANSWER_MS);
        struct record *request = NULL;
        const char *kind;
        bool stop;
        int fd;

        if (!turn(client, -1))
            continue;
        if (message_receive(client->keeper, &request, &fd, &deadline, NULL) < 0)
            return EXIT_FAILURE; /* the keeper is gone, and with it the mounts */
        kind = record_get(request, "request");
        stop = kind && strcmp(kind, "stop") == 0;
        if (!stop && serve_volume(client, request, fd) < 0) {
            record_destroy(request);
            return EXIT_FAILURE;
        }
        record_destroy(request);
        if (!stop)
            continue;
        drain(client);
        return report_stop(client) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    }
}

void client_release(struct client *client)
{
    if (client->connection.server)
        connection_release(&client->connection);
    for (size_t i = 0; i < client->volume_count; i++) {
        session_close(&client->volumes[i]);
        inode_table_release(&client->volumes[i].inodes);
    }
}
