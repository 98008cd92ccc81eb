/* client_request.c: reads and answers the keeper's requests. */
#include "client.h"

#include "prune.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int client_read_number(const struct record *request, const char *key, unsigned long most,
                       unsigned long *number, struct error *error)
{
    const char *value = record_get(request, key);

    if (!value || parse_number(&value, most, number) < 0 || *value)
        return malformed(error, key);
    return 0;
}

/* The user's own group is sent beside them, and takes none of the places. */
static int read_groups(struct server *server, const char *text, struct error *error)
{
    while (text && *text) {
        unsigned long group;

        if (parse_number(&text, UINT32_MAX - 1, &group) < 0 || (*text && *text != ','))
            return malformed(error, "groups");
        if (group != server->gid && server->group_count < SERVER_GROUPS_MAX)
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
        client_read_number(request, "version", 4, &version, error) < 0)
        return -1;
    server->version = (int)version;
    return 0;
}

static int read_locks(struct client *client, const char *text, struct error *error)
{
    client->local_locks = text && strcmp(text, "node") == 0;
    if (text && !client->local_locks && strcmp(text, "server") != 0)
        return malformed(error, "locks");
    return 0;
}

/* A key that may be absent or empty: then `number` stays as it is. */
static int read_option(const struct record *request, const char *key, unsigned long most,
                       int *number, struct error *error)
{
    const char *value = record_get(request, key);
    unsigned long read;

    if (!value || !*value)
        return 0;
    if (client_read_number(request, key, most, &read, error) < 0)
        return -1;
    *number = (int)read;
    return 0;
}

static int read_rules(struct server *server, const struct record *request,
                      struct error *error)
{
    const char *recovery = record_get(request, "recovery");
    int connections = SERVER_CONNECTIONS;

    server->timeout_ms = SERVER_TIMEOUT_MS;
    server->root_ms = SERVER_ROOT_MS;
    server->attribute_cache_ms = -1;
    server->soft = recovery && strcmp(recovery, "soft") == 0;
    if (recovery && !server->soft && strcmp(recovery, "hard") != 0)
        return malformed(error, "recovery");
    if (read_option(request, "connections", SERVER_CONNECTIONS_MAX, &connections, error) <
            0 ||
        read_option(request, "timeout_ms", 3600000, &server->timeout_ms, error) < 0 ||
        read_option(request, "root_ms", 60000, &server->root_ms, error) < 0 ||
        read_option(request, "attribute_cache_ms", 3600000, &server->attribute_cache_ms,
                    error) < 0)
        return -1;
    if (connections < 1)
        return malformed(error, "connections");
    server->connections = (unsigned)connections;
    return 0;
}

/* Needed of root, who must not go on as root: main.c tells. */
static int read_id(struct client *client, const struct record *request,
                   struct error *error)
{
    unsigned long id = 0;

    if (record_get(request, "id") &&
        client_read_number(request, "id", UINT32_MAX - 1, &id, error) < 0)
        return -1;
    client->id = (uid_t)id;
    return 0;
}

static int read_server(struct client *client, const struct record *request,
                       struct error *error)
{
    struct server *server = &client->server;
    unsigned long port, mount_port, deadline, uid, gid;

    if (read_text(request, "server", server->name, sizeof(server->name), error) < 0 ||
        read_text(request, "host", server->host, sizeof(server->host), error) < 0 ||
        client_read_number(request, "port", 65535, &port, error) < 0 ||
        client_read_number(request, "mount_port", 65535, &mount_port, error) < 0 ||
        read_version(server, request, error) < 0 ||
        client_read_number(request, "deadline_ms", 600000, &deadline, error) < 0 ||
        client_read_number(request, "uid", UINT32_MAX - 1, &uid, error) < 0 ||
        client_read_number(request, "gid", UINT32_MAX - 1, &gid, error) < 0)
        return -1;
    server->port = (int)port;
    server->mount_port = (int)mount_port;
    client->deadline_ms = (int)deadline;
    server->uid = (uid_t)uid;
    server->gid = (gid_t)gid;
    return read_id(client, request, error) < 0 ||
                   read_rules(server, request, error) < 0 ||
                   read_locks(client, record_get(request, "locks"), error) < 0
               ? -1
               : read_groups(server, record_get(request, "groups"), error);
}

/* The name goes to the server in every call. */
int client_read_locks(struct client *client, const struct record *request,
                      struct error *error)
{
    if (client->list < 0)
        return malformed(error, "list");
    return read_text(request, "caller", client->caller, sizeof(client->caller), error);
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
    if (client_read_number(request, key, 1, &read_only, error) < 0)
        return -1;
    volume->read_only = read_only;
    snprintf(key, sizeof(key), "volume.%zu.probe", index);
    volume->probe =
        record_get(request, key) && strcmp(record_get(request, key), "1") == 0;
    volume->server = &client->server;
    volume->connections = client->connections;
    volume->writeback = &client->writeback;
    if (inode_table_init(&volume->inodes, &client->inodes) < 0)
        return error_set(error, ERROR_NODE, "out of memory");
    client->volume_count++;
    return 0;
}

/* Of inodes. The keeper says nothing of them; tests do, to see the bounds at work. */
static int read_bounds(struct client *client, const struct record *request,
                       struct error *error)
{
    unsigned long prune = PRUNE_INODES;
    bool is_test = record_get(request, "inodes");

    if (is_test && client_read_number(request, "inodes", PRUNE_KEPT, &prune, error) < 0)
        return -1;
    client->inodes.kept = is_test ? prune : PRUNE_KEPT;
    client->inodes.most = is_test ? prune + prune / 3 : PRUNE_MOST;
    for (size_t i = 0; i < client->volume_count; i++) {
        client->volumes[i].inodes_most = prune / client->volume_count;
        client->volumes[i].prunes_not = record_get(request, "prunes_not");
    }
    return 0;
}

int client_read_request(struct client *client, const struct record *request,
                        struct error *error)
{
    const char *kind = record_get(request, "request");
    unsigned long volumes;

    client->is_to_unlock = kind && strcmp(kind, "unlock") == 0;
    if (!client->is_to_unlock && (!kind || strcmp(kind, "connect") != 0))
        return malformed(error, "request");
    if (read_server(client, request, error) < 0)
        return -1;
    if (client->is_to_unlock)
        return client->list < 0 ? malformed(error, "list") : 0;
    if (client_read_number(request, "volumes", CLIENT_VOLUMES_MAX, &volumes, error) < 0)
        return -1;
    writeback_init(&client->writeback);
    for (size_t i = 0; i < volumes; i++)
        if (read_volume(client, request, i, error) < 0)
            return -1;
    return read_bounds(client, request, error);
}
