/* storage.c: mounts the volumes of one job, all of them or none. */
#include "storage/volume/storage.h"

#include "lib/process.h"
#include "lib/protocol/client_protocol.h"
#include "storage/client/loss.h"
#include "storage/identity.h"
#include "storage/mount/job_directories.h"
#include "storage/mount/mount.h"
#include "storage/mount/namespace.h"
#include "storage/mount/shared_directory.h"
#include "storage/volume/unmount.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Static_assert(CLIENT_STOP_MS < STORAGE_FINISH_MS, "a client may use up its time");

#define UNDO_MS 200     /* until what a failed start has made is gone */
#define RESERVED_MS 800 /* of a start's time, for all that comes after connecting */

static struct server_client *find_client(struct storage *storage, const char *name)
{
    for (size_t i = 0; i < storage->client_count; i++)
        if (strcmp(storage->clients[i].volumes[0]->server.name, name) == 0)
            return &storage->clients[i];
    return NULL;
}

static struct server_client *add_client(struct storage *storage)
{
    struct server_client *client = &storage->clients[storage->client_count++];

    server_client_init(client);
    return client;
}

/* Finds or makes the client of the volume: one process serves all of a server's
 * volumes. */
static void join_client(struct storage *storage, struct job_volume *volume)
{
    struct server_client *client = find_client(storage, volume->plan->server.name);

    if (!client)
        client = add_client(storage);
    if (!volume->plan->server.locks_on_node && !volume->kind->is_without_client)
        client->keeps_locks = true;
    volume->client = client;
    volume->index = client->volume_count;
    client->volumes[client->volume_count++] = volume->plan;
}

static int sort_volumes(struct storage *storage, struct plan *plan, struct error *error)
{
    for (; storage->volume_count < plan->volume_count; storage->volume_count++) {
        struct job_volume *volume = &storage->volumes[storage->volume_count];

        if (kind_settle_driver(&plan->volumes[storage->volume_count], error) < 0)
            return -1;
        volume->plan = &plan->volumes[storage->volume_count];
        volume->mounter = (struct mounter){.said = -1};
        volume->kind = kind_of(volume->plan);
        if (!volume->kind)
            return error_set(error, ERROR_SITE,
                             "volume `%s` has a kind that this node does not know",
                             volume->plan->name);
        if (strcmp(volume->plan->kind, "nfs") == 0)
            join_client(storage, volume);
    }
    return 0;
}

static int connect_servers(struct storage *storage, const struct settings *settings,
                           const struct identity *identity, const struct facts *facts,
                           const struct deadline *deadline, struct error *error)
{
    int longest_ms = deadline_left(deadline) - RESERVED_MS;

    for (size_t i = 0; i < storage->client_count; i++)
        if (server_client_start(&storage->clients[i], settings, identity, facts,
                                longest_ms > 0 ? longest_ms : 0, error) < 0)
            return -1;
    for (size_t i = 0; i < storage->client_count; i++)
        if (server_client_await(&storage->clients[i], error) < 0) {
            storage->culprit = storage->clients[i].volumes[0];
            return -1;
        }
    return 0;
}

static void dismiss_clients(struct storage *storage)
{
    for (size_t i = 0; i < storage->volume_count; i++)
        if (storage->volumes[i].kind->is_without_client)
            server_client_kill(storage->volumes[i].client);
}

static int mount_all(struct storage *storage, const struct identity *identity,
                     const struct facts *facts, const struct deadline *deadline,
                     struct error *error)
{
    const struct mount_site site = {storage->root, facts};

    if (namespace_make_root(storage->root, storage->plan, error) < 0)
        return -1;
    for (size_t i = 0; i < storage->volume_count; i++)
        if (kind_mount(&storage->volumes[i], &site, deadline, error) < 0) {
            storage->culprit = storage->volumes[i].plan;
            return -1;
        }
    if (mount_bind_all(storage->root, storage->plan, identity, facts->uid, facts->gid,
                       &storage->above_shared, deadline, error) < 0 ||
        namespace_hide_parts(storage->root, storage->plan, error) < 0)
        return -1;
    return namespace_seal_root(storage->root, error);
}

static void end_volumes(struct storage *storage, const struct deadline *deadline,
                        struct record *report)
{
    for (size_t i = storage->volume_count; i-- > 0;)
        kind_end(&storage->volumes[i], deadline, report);
}

/* Closes the directory above the shared one, which would keep its volume busy. */
static void forget_shared(struct storage *storage)
{
    if (storage->above_shared >= 0)
        close(storage->above_shared);
    storage->above_shared = -1;
}

/* Undoes a failed start. The job has written nothing yet, so the volumes are unmounted by
 * force. */
static void undo(struct storage *storage)
{
    struct deadline deadline;

    forget_shared(storage);
    for (size_t i = 0; i < storage->client_count; i++)
        server_client_kill(&storage->clients[i]);
    unmount_by_force(storage->root, storage->plan);
    deadline = deadline_after(UNDO_MS);
    end_volumes(storage, &deadline, NULL);
}

int storage_start(struct storage *storage, const struct settings *settings,
                  struct plan *plan, const struct identity *identity,
                  const struct facts *facts, const struct deadline *deadline,
                  struct error *error)
{
    memset(storage, 0, sizeof(*storage));
    storage->above_shared = -1;
    storage->root = settings->mounts;
    storage->plan = plan;
    if (sort_volumes(storage, plan, error) == 0 &&
        connect_servers(storage, settings, identity, facts, deadline, error) == 0) {
        dismiss_clients(storage);
        if (mount_all(storage, identity, facts, deadline, error) == 0)
            return 0;
    }
    undo(storage);
    return -1;
}

/* A file server's volumes depend on its client; what a program serves depends on that
 * program. */
size_t storage_poll(const struct storage *storage, struct pollfd *polled)
{
    size_t count = 0;

    for (size_t i = 0; i < storage->volume_count; i++) {
        const struct job_volume *volume = &storage->volumes[i];
        int fd = volume->client && volume->index == 0 ? volume->client->process.socket
                                                      : volume->mounter.program.watch;

        polled[count++] = (struct pollfd){.fd = fd > 0 ? fd : -1, .events = POLLIN};
    }
    return count;
}

enum hearing storage_hear(struct storage *storage, size_t index)
{
    struct job_volume *volume = &storage->volumes[index];

    return volume->client ? server_client_hear(volume->client) : HEARING_LOSS;
}

/* Returns the name below the mount root under which the volume, or a part of it, is
 * mounted. */
static const char *place_of(const struct plan *plan, const struct plan_volume *volume)
{
    for (size_t i = 0; i < plan->mount_count && volume->parts_only; i++)
        if (&plan->volumes[plan->mounts[i].volume] == volume)
            return plan->mounts[i].name;
    return volume->name;
}

/* Writes the path at which the volume, or a part of it, is mounted. Returns `target`. */
static const char *target_of(const struct storage *storage,
                             const struct plan_volume *volume,
                             char target[NAMESPACE_PATH_SIZE])
{
    snprintf(target, NAMESPACE_PATH_SIZE, "%s/%s", storage->root,
             place_of(storage->plan, volume));
    return target;
}

static void abort_volumes(const struct storage *storage,
                          const struct server_client *client)
{
    char target[NAMESPACE_PATH_SIZE];

    for (size_t i = 0; i < client->volume_count; i++)
        unmount_abort(target_of(storage, client->volumes[i], target));
}

void storage_relieve(const struct storage *storage, struct server_client *client)
{
    const struct plan_volume *volume = client->volumes[client->relief.volume];
    char target[NAMESPACE_PATH_SIZE];

    relief_begin(&client->relief, target_of(storage, volume, target));
}

bool storage_must_look(const struct storage *storage)
{
    for (size_t i = 0; i < storage->volume_count; i++)
        if (storage->volumes[i].kind->look)
            return true;
    return false;
}

static struct job_volume *first_volume(struct storage *storage,
                                       const struct server_client *client)
{
    struct job_volume *volume = storage->volumes;

    while (volume->client != client)
        volume++;
    return volume;
}

/* Looks at the mount of the server's first volume: all of a server's mounts have the same
 * connections. */
enum hearing storage_look(struct storage *storage, size_t index)
{
    struct job_volume *volume = first_volume(storage, &storage->clients[index]);
    char target[NAMESPACE_PATH_SIZE];

    target_of(storage, volume->plan, target);
    return volume->kind->look ? volume->kind->look(volume, target) : HEARING_NOTHING;
}

bool storage_is_served(struct storage *storage, size_t index)
{
    struct job_volume *volume = &storage->volumes[index];

    if (!volume->client)
        return !process_is_stopped(volume->mounter.program.process);
    relief_reap(&volume->client->relief);
    return volume->index > 0 || client_process_is_well(&volume->client->process);
}

const struct plan_volume *storage_give_up(struct storage *storage, size_t index,
                                          char *how, size_t size)
{
    struct deadline now = deadline_after(0);
    struct job_volume *volume = &storage->volumes[index];

    if (volume->client) {
        client_process_describe(&volume->client->process, how, size);
        outage_end(&volume->client->outage); /* its calls have failed, so none waits */
        server_client_kill(volume->client);
        abort_volumes(storage, volume->client);
    } else {
        mounter_describe(&volume->mounter, how, size);
        mounter_end(&volume->mounter, &now);
    }
    return volume->plan;
}

void storage_report_unsafe(const struct storage *storage, struct record *report)
{
    char key[NAME_LENGTH_MAX + sizeof("." LOSS_UNSAFE)];

    for (size_t i = 0; i < storage->volume_count; i++) {
        const struct job_volume *volume = &storage->volumes[i];
        unsigned long long bytes =
            volume->client ? volume->client->unsafe[volume->index] : 0;

        snprintf(key, sizeof(key), "%s." LOSS_UNSAFE, volume->plan->name);
        if (bytes > 0)
            record_setf(report, key, "%llu", bytes);
    }
}

void storage_remove_shared(struct storage *storage, const struct identity *identity,
                           const struct facts *facts, struct record *report)
{
    struct deadline deadline = deadline_after(STORAGE_SHARED_MS);
    const struct plan_mount *shared = job_directories_shared(storage->plan);
    char mounted[SETTINGS_PATH_SIZE + sizeof(PLAN_SHARED_JOB_TEMP) + 1];

    snprintf(mounted, sizeof(mounted), "%s/" PLAN_SHARED_JOB_TEMP, storage->root);
    if (storage->above_shared >= 0 && shared &&
        shared_directory_remove(storage->above_shared, shared->own, mounted, identity,
                                facts, &deadline) < 0)
        record_set(report, "shared_job_temp", "left");
    forget_shared(storage);
}

/* Asks each mount what nobody can tell once it is gone. */
static void report_mounts(const struct storage *storage, struct record *report)
{
    char target[NAMESPACE_PATH_SIZE];

    for (size_t i = 0; i < storage->volume_count; i++) {
        const struct job_volume *volume = &storage->volumes[i];

        kind_report(volume, target_of(storage, volume->plan, target), report);
    }
}

void storage_end(struct storage *storage, struct record *report)
{
    struct deadline deadline;
    int unmounted;

    forget_shared(storage);
    for (size_t i = 0; i < storage->client_count; i++)
        relief_end(&storage->clients[i].relief);
    report_mounts(storage, report);
    unmounted = unmount_in_order(storage->root, storage->plan, STORAGE_UNMOUNT_MS);
    deadline = deadline_after(STORAGE_FINISH_MS);
    for (size_t i = 0; i < storage->client_count; i++)
        server_client_stop(&storage->clients[i]);
    for (size_t i = 0; i < storage->client_count; i++)
        server_client_finish(&storage->clients[i], &deadline, report);
    if (unmounted < 0)
        record_set(report, "unmounted", "by force");
    if (unmounted < 0)
        unmount_by_force(storage->root, storage->plan);
    end_volumes(storage, &deadline, report);
}
