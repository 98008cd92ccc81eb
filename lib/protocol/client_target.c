/* client_target.c: writes and reads the requests to connect and to unlock. */
#include "lib/protocol/client_target.h"

#include "lib/agreed.h"
#include "lib/protocol/client_message.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ID_MAX (UINT32_MAX - 1)
#define WAIT_MAX_MS 3600000
#define ROOT_WAIT_MAX_MS 60000
#define INODES_MAX 1000000

/* The numbers. One that is optional may be absent or empty. */
static const struct target_number {
    const char *key;
    size_t offset;
    unsigned long least, most;
    bool is_optional;
} numbers[] = {
#define NUMBER(key) #key, offsetof(struct client_target, key)
    {NUMBER(port), 0, PORT_MAX, false},
    {NUMBER(mount_port), 0, PORT_MAX, false},
    {NUMBER(deadline_ms), 0, 600000, false},
    {NUMBER(version), 0, 4, true},
    {NUMBER(connections), 1, NFS_CONNECTIONS_MAX, true},
    {NUMBER(timeout_ms), 0, WAIT_MAX_MS, true},
    {NUMBER(root_ms), 0, ROOT_WAIT_MAX_MS, true},
    {NUMBER(attribute_cache_ms), 0, WAIT_MAX_MS, true},
    {NUMBER(uid), 0, ID_MAX, false},
    {NUMBER(gid), 0, ID_MAX, false},
    {NUMBER(id), 0, ID_MAX, true},
    {NUMBER(inodes), 0, INODES_MAX, true},
};

#define NUMBER_COUNT (sizeof(numbers) / sizeof(numbers[0]))

/* What may be chosen; the first, when the key is absent. */
static const char *const recoveries[] = {"hard", "soft"};
static const char *const lock_places[] = {"server", "node"};

static long value_of(const struct client_target *target,
                     const struct target_number *number)
{
    return *(const long *)(const void *)((const char *)target + number->offset);
}

static void set_number(struct client_target *target, const struct target_number *number,
                       long value)
{
    *(long *)(void *)((char *)target + number->offset) = value;
}

void client_target_init(struct client_target *target)
{
    *target = (struct client_target){.groups = ""};
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        if (numbers[i].is_optional)
            set_number(target, &numbers[i], CLIENT_UNSAID);
}

static void write_numbers(struct record *record, const struct client_target *target)
{
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        if (value_of(target, &numbers[i]) != CLIENT_UNSAID)
            record_setf(record, numbers[i].key, "%ld", value_of(target, &numbers[i]));
}

static int read_numbers(struct client_target *target, const struct record *request,
                        struct error *error)
{
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        const struct target_number *number = &numbers[i];
        const char *text = record_get(request, number->key);
        unsigned long value;

        if (number->is_optional && (!text || !*text))
            continue;
        if (record_number(request, number->key, number->least, number->most, &value) < 0)
            return client_message_malformed(error, number->key);
        set_number(target, number, (long)value);
    }
    return 0;
}

/* A text of 1 to `most` bytes. */
static int read_text(const struct record *request, const char *key, size_t most,
                     const char **text, struct error *error)
{
    *text = record_get(request, key);
    return !*text || !**text || strlen(*text) > most
               ? client_message_malformed(error, key)
               : 0;
}

static int read_choice(const struct record *request, const char *key,
                       const char *const choices[2], bool *is_second, struct error *error)
{
    size_t chosen =
        record_get(request, key) ? record_choice(request, key, choices, 2) : 0;

    *is_second = chosen == 1;
    return chosen > 1 ? client_message_malformed(error, key) : 0;
}

static struct record *write_server(const char *wish, const struct client_target *target)
{
    struct record *record = record_begin("request", wish);

    record_set(record, "server", target->server);
    record_set(record, "host", target->host);
    record_set(record, "groups", target->groups);
    record_set(record, "recovery", recoveries[target->is_soft]);
    record_set(record, "locks", lock_places[target->locks_on_node]);
    write_numbers(record, target);
    return record;
}

static int read_server(struct client_target *target, const struct record *request,
                       struct error *error)
{
    const char *groups = record_get(request, "groups");

    target->groups = groups ? groups : "";
    target->prunes_not = record_get(request, "prunes_not");
    return read_text(request, "server", NAME_LENGTH_MAX, &target->server, error) < 0 ||
                   read_text(request, "host", PLAN_HOST_MAX, &target->host, error) < 0 ||
                   read_numbers(target, request, error) < 0 ||
                   read_choice(request, "recovery", recoveries, &target->is_soft, error) <
                       0 ||
                   read_choice(request, "locks", lock_places, &target->locks_on_node,
                               error) < 0
               ? -1
               : 0;
}

static void write_export(struct record *record, size_t i,
                         const struct client_export *export)
{
    char key[CLIENT_KEY_SIZE];

    record_set(record, client_message_key(key, i, "name"), export->name);
    record_set(record, client_message_key(key, i, "export"), export->path);
    record_set(record, client_message_key(key, i, "read_only"),
               export->read_only ? "1" : "0");
    record_set(record, client_message_key(key, i, "probe"),
               export->is_probed ? "1" : "0");
}

static int read_export(struct client_export *export, const struct record *request,
                       size_t i, struct error *error)
{
    char key[CLIENT_KEY_SIZE];
    const char *probe = record_get(request, client_message_key(key, i, "probe"));
    unsigned long read_only;

    export->is_probed = probe && strcmp(probe, "1") == 0;
    if (record_number(request, client_message_key(key, i, "read_only"), 0, 1,
                      &read_only) < 0)
        return client_message_malformed(error, key);
    export->read_only = read_only;
    return read_text(request, client_message_key(key, i, "name"), NAME_LENGTH_MAX,
                     &export->name, error) < 0 ||
                   read_text(request, client_message_key(key, i, "export"), PLAN_PATH_MAX,
                             &export->path, error) < 0
               ? -1
               : 0;
}

struct record *client_target_connect(const struct client_target *target)
{
    struct record *record = write_server("connect", target);

    record_setf(record, "volumes", "%zu", target->export_count);
    for (size_t i = 0; i < target->export_count; i++)
        write_export(record, i, &target->exports[i]);
    return record_whole(record);
}

struct record *client_target_unlock(const struct client_target *target)
{
    return record_whole(write_server("unlock", target));
}

int client_target_read(struct client_target *target, const struct record *request,
                       struct error *error)
{
    unsigned long exports;

    client_target_init(target);
    if (read_server(target, request, error) < 0)
        return -1;
    if (client_message_request(request) == CLIENT_UNLOCK)
        return 0;
    if (record_number(request, "volumes", 0, CLIENT_VOLUMES_MAX, &exports) < 0)
        return client_message_malformed(error, "volumes");
    for (; target->export_count < exports; target->export_count++)
        if (read_export(&target->exports[target->export_count], request,
                        target->export_count, error) < 0)
            return -1;
    return 0;
}
