#include "storage.h"
#include "identity.h"
#include "namespace.h"
#include "volume.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DRIVER "libnfs"
#define RESERVED_MS 800 /* of a start's time, for all that comes after connecting */

static struct file_server *find_server(struct storage *storage, const char *name)
{
    for (size_t i = 0; i < storage->server_count; i++)
        if (strcmp(storage->servers[i].volumes[0]->server, name) == 0)
            return &storage->servers[i];
    return NULL;
}

static struct file_server *add_server(struct storage *storage)
{
    struct file_server *server = &storage->servers[storage->server_count++];

    server->socket = -1;
    return server;
}

/* One client process a file server, however many of its volumes the job has. */
static int group_volumes(struct storage *storage, struct error *error)
{
    for (size_t i = 0; i < storage->plan->volume_count; i++) {
        const struct plan_volume *volume = &storage->plan->volumes[i];
        struct file_server *server = find_server(storage, volume->server);

        if (strcmp(volume->driver, DRIVER) != 0)
            return error_set(error, ERROR_SITE,
                             "volume `%s` wants the driver `%s`; this node has `%s`",
                             volume->name, volume->driver, DRIVER);
        if (!server)
            server = add_server(storage);
        server->volumes[server->volume_count++] = volume;
    }
    return 0;
}

static int connect_servers(struct storage *storage, const char *program,
                           const struct identity *identity, uid_t uid, gid_t gid,
                           const struct deadline *deadline, struct error *error)
{
    int longest_ms = deadline_left(deadline) - RESERVED_MS;

    for (size_t i = 0; i < storage->server_count; i++)
        if (file_server_start(&storage->servers[i], program, identity, uid, gid,
                              longest_ms > 0 ? longest_ms : 0, error) < 0)
            return -1;
    for (size_t i = 0; i < storage->server_count; i++)
        if (file_server_await(&storage->servers[i], error) < 0)
            return -1;
    return 0;
}

static int serve_volume(struct storage *storage, struct file_server *server, size_t index,
                        uid_t uid, gid_t gid, const struct deadline *deadline,
                        struct error *error)
{
    int fuse = volume_mount(server->volumes[index], storage->root, uid, gid, error);
    char path[PATH_MAX];
    int status;

    if (fuse < 0)
        return -1;
    status = file_server_serve(server, index, fuse, deadline, error);
    close(fuse);
    if (status == 0) {
        snprintf(path, sizeof(path), "%s/%s", storage->root,
                 server->volumes[index]->name);
        volume_read_ahead(path);
    }
    return status;
}

static int mount_volumes(struct storage *storage, uid_t uid, gid_t gid,
                         const struct deadline *deadline, struct error *error)
{
    if (namespace_make_root(storage->root, storage->plan, error) < 0)
        return -1;
    for (size_t i = 0; i < storage->server_count; i++) {
        struct file_server *server = &storage->servers[i];

        for (size_t j = 0; j < server->volume_count; j++)
            if (serve_volume(storage, server, j, uid, gid, deadline, error) < 0)
                return -1;
    }
    return namespace_seal_root(storage->root, error);
}

static void kill_servers(struct storage *storage)
{
    for (size_t i = 0; i < storage->server_count; i++)
        file_server_kill(&storage->servers[i]);
}

int storage_start(struct storage *storage, const struct settings *settings,
                  const struct plan *plan, const struct identity *identity, uid_t uid,
                  gid_t gid, const struct deadline *deadline, struct error *error)
{
    memset(storage, 0, sizeof(*storage));
    storage->root = settings->mounts;
    storage->plan = plan;
    if (group_volumes(storage, error) == 0 &&
        connect_servers(storage, settings->nfs, identity, uid, gid, deadline, error) ==
            0 &&
        mount_volumes(storage, uid, gid, deadline, error) == 0)
        return 0;
    kill_servers(storage);
    namespace_clear(storage->root, plan);
    return -1;
}

size_t storage_poll(const struct storage *storage, struct pollfd *polled)
{
    for (size_t i = 0; i < storage->server_count; i++)
        polled[i] = (struct pollfd){.fd = storage->servers[i].socket, .events = POLLIN};
    return storage->server_count;
}

void storage_give_up(struct storage *storage, size_t index)
{
    file_server_kill(&storage->servers[index]);
}

void storage_end(struct storage *storage, struct record *report)
{
    struct deadline deadline;
    int unmounted = namespace_unmount(storage->root, storage->plan, STORAGE_UNMOUNT_MS);

    deadline = deadline_after(STORAGE_FINISH_MS);
    for (size_t i = 0; i < storage->server_count; i++)
        file_server_stop(&storage->servers[i]);
    for (size_t i = 0; i < storage->server_count; i++)
        file_server_finish(&storage->servers[i], &deadline, report);
    if (unmounted < 0)
        namespace_clear(storage->root, storage->plan);
}
