/* client_request.c: takes over what the keeper asks for (client_target.h). */
#include "nfs/client.h"

#include "lib/number.h"
#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
#include "nfs/name/prune.h"

#include <stdio.h>

/* Takes the groups. The user's own group is sent beside them, and does not count. */
static int take_groups(struct server *server, const char *text, struct error *error)
{
    while (*text) {
        uint64_t group;

        if (!number_read(&text, UINT32_MAX - 1, &group) || (*text && *text != ','))
            return client_message_malformed(error, "groups");
        if (group != server->gid && server->group_count < CLIENT_GROUPS_MAX)
            server->groups[server->group_count++] = (uint32_t)group;
        text += *text == ',';
    }
    return 0;
}

static int take_server(struct server *server, const struct client_target *target,
                       struct error *error)
{
    server->entry = target->server;
    if (server->entry.connections == 0)
        server->entry.connections = SERVER_CONNECTIONS;
    server->uid = (uid_t)target->uid;
    server->gid = (gid_t)target->gid;
    server->root_ms = target->root_ms;
    return take_groups(server, target->groups, error);
}

static int take_export(struct client *client, const struct client_export *export,
                       struct error *error)
{
    struct volume *volume = &client->volumes[client->volume_count];

    snprintf(volume->name, sizeof(volume->name), "%s", export->name);
    snprintf(volume->export_path, sizeof(volume->export_path), "%s", export->path);
    volume->read_only = export->read_only;
    volume->probe = export->is_probed;
    volume->server = &client->server;
    volume->connections = client->connections;
    volume->writeback = &client->writeback;
    if (inode_table_init(&volume->inodes, &client->inodes) < 0)
        return error_set(error, ERROR_NODE, "out of memory");
    client->volume_count++;
    return 0;
}

/* Takes the bounds of inodes. The keeper sends none; tests do, to see the bounds at
 * work. */
static int take_bounds(struct client *client, const struct client_target *target,
                       struct error *error)
{
    bool is_test = target->inodes != CLIENT_UNSAID;
    unsigned long prune = is_test ? (unsigned long)target->inodes : PRUNE_INODES;

    if (is_test && prune > PRUNE_KEPT)
        return client_message_malformed(error, "inodes");
    client->inodes.kept = is_test ? prune : PRUNE_KEPT;
    client->inodes.most = is_test ? prune + prune / 3 : PRUNE_MOST;
    for (size_t i = 0; i < client->volume_count; i++) {
        client->volumes[i].inodes_most = prune / client->volume_count;
        client->volumes[i].prunes_not = target->prunes_not;
    }
    return 0;
}

static int take_target(struct client *client, const struct client_target *target,
                       struct error *error)
{
    client->deadline_ms = (int)target->deadline_ms;
    client->id = (uid_t)target->id;
    if (take_server(&client->server, target, error) < 0)
        return -1;
    if (client->is_to_unlock)
        return client->list < 0 ? client_message_malformed(error, "list") : 0;
    writeback_init(&client->writeback);
    for (size_t i = 0; i < target->export_count; i++)
        if (take_export(client, &target->exports[i], error) < 0)
            return -1;
    return take_bounds(client, target, error);
}

int client_read_locks(struct client *client, const struct record *request,
                      struct error *error)
{
    return client->list < 0 ? client_message_malformed(error, "list")
                            : client_message_read_locks(request, client->caller, error);
}

int client_read_request(struct client *client, const struct record *request,
                        struct error *error)
{
    enum client_request kind = client_message_request(request);
    struct client_target target;

    client->is_to_unlock = kind == CLIENT_UNLOCK;
    if (kind != CLIENT_UNLOCK && kind != CLIENT_CONNECT)
        return client_message_malformed(error, "request");
    return client_target_read(&target, request, error) < 0
               ? -1
               : take_target(client, &target, error);
}
