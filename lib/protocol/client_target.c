/* client_target.c: writes and reads the requests to connect and to unlock. */
#include "lib/protocol/client_target.h"

#include "lib/agreed.h"
#include "lib/protocol/client_message.h"
#include "lib/protocol/release.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ID_MAX (UINT32_MAX - 1)
#define ROOT_WAIT_MAX_MS 60000
#define INODES_MAX 1000000

#define NUMBER(key) #key, FIELD_NUMBER, FIELD_AT(struct client_target, key)

/* What is not the file server's. */
static const struct field own_fields[] = {
    {NUMBER(deadline_ms), .is_required = true, .most = 600000},
    {NUMBER(root_ms), .most = ROOT_WAIT_MAX_MS, .otherwise = VOLUME_DEADLINE * 1000},
    {NUMBER(uid), .is_required = true, .most = ID_MAX},
    {NUMBER(gid), .is_required = true, .most = ID_MAX},
    {NUMBER(id), .most = ID_MAX},
    {NUMBER(inodes), .most = INODES_MAX, .otherwise = CLIENT_UNSAID},
    {.key = NULL},
};

void client_target_init(struct client_target *target)
{
    *target = (struct client_target){.groups = ""};
    field_begin(own_fields, target);
    field_begin(file_server_fields, &target->server);
}

/* Returns the field's key in a request. */
static const char *key_of(const struct field *field, char key[CLIENT_KEY_SIZE])
{
    snprintf(key, CLIENT_KEY_SIZE, "%s%s", field->key,
             field->type == FIELD_SECONDS ? "_ms" : "");
    return key;
}

/* Writes a number, or nothing where the reader makes it the same. */
static void write_number(struct record *record, const struct field *field, long number)
{
    char key[CLIENT_KEY_SIZE];

    if (field->is_required || number != field->otherwise)
        record_setf(record, key_of(field, key), "%ld", number);
}

static void write_choice(struct record *record, const struct field *field, bool is_chosen)
{
    size_t length;
    const char *word = field_word(field, is_chosen, &length);

    record_setf(record, field->key, "%.*s", (int)length, word);
}

static void write_fields(struct record *record, const struct field fields[],
                         const void *base)
{
    for (const struct field *field = fields; field->key; field++)
        if (field->type == FIELD_NUMBER || field->type == FIELD_SECONDS)
            write_number(record, field, *field_number(field, base));
        else if (field->type == FIELD_CHOICE)
            write_choice(record, field, *field_flag(field, base));
        else
            record_set(record, field->key, field_text(field, base));
}

/* Reads a number. One that is not required may be absent or empty. Seconds may be fewer
 * than the policy allows. */
static int read_number(const struct record *request, const struct field *field,
                       long *number, struct error *error)
{
    char key[CLIENT_KEY_SIZE];
    const char *text = record_get(request, key_of(field, key));
    bool is_time = field->type == FIELD_SECONDS;
    unsigned long value;

    if (!field->is_required && (!text || !*text))
        return 0;
    if (record_number(request, key, is_time ? 0 : (unsigned long)field->least,
                      (unsigned long)field->most * (is_time ? 1000 : 1), &value) < 0)
        return client_message_malformed(error, key);
    *number = (long)value;
    return 0;
}

static int read_choice(const struct record *request, const struct field *field,
                       bool *is_chosen, struct error *error)
{
    const char *word = record_get(request, field->key);

    *is_chosen = word && strcmp(word, field->chosen) == 0;
    return word && !field_has_word(field->words, word, strlen(word))
               ? client_message_malformed(error, field->key)
               : 0;
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

static int read_field(const struct record *request, const struct field *field, void *base,
                      struct error *error)
{
    const char *text;

    if (field->type == FIELD_NUMBER || field->type == FIELD_SECONDS)
        return read_number(request, field, field_number(field, base), error);
    if (field->type == FIELD_CHOICE)
        return read_choice(request, field, field_flag(field, base), error);
    if (read_text(request, field->key, field->size - 1, &text, error) < 0)
        return -1;
    strcpy(field_text(field, base), text);
    return 0;
}

static int read_fields(const struct record *request, const struct field fields[],
                       void *base, struct error *error)
{
    while (fields->key && read_field(request, fields, base, error) == 0)
        fields++;
    return fields->key ? -1 : 0;
}

static struct record *write_server(const char *wish, const struct client_target *target)
{
    struct record *record = record_begin("request", wish);

    release_add(record, CLIENT_PROTOCOL);
    write_fields(record, file_server_fields, &target->server);
    write_fields(record, own_fields, target);
    record_set(record, "groups", target->groups);
    return record;
}

static int read_server(struct client_target *target, const struct record *request,
                       struct error *error)
{
    const char *groups = record_get(request, "groups");

    target->groups = groups ? groups : "";
    target->prunes_not = record_get(request, "prunes_not");
    return read_fields(request, file_server_fields, &target->server, error) < 0
               ? -1
               : read_fields(request, own_fields, target, error);
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
