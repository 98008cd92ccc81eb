/* plan_volume.c: reads one volume of the engine's answer. */
#include "lib/policy/plan_volume.h"

#include <lauxlib.h>
#include <string.h>

#define DEADLINE_MAX 60 /* seconds; the keeper cuts a long one short itself */
#define AT(member) FIELD_AT(struct plan_volume, member)

/* The keys, each with the kinds of volumes that have it; NULL: all have. A file server's
 * are file_server_fields; `kind`, `command` and `subdirectories` are read apart. */
static const struct volume_key {
    const char *kinds;
    struct field field;
} keys[] = {
    {NULL, {"name", FIELD_NAME, AT(name), .is_required = true}},
    {"nfs", {"driver", FIELD_NAME, AT(driver), .is_required = true}},
    {"nfs", {"export", FIELD_PATH, AT(export_path), .is_required = true}},
    {"nfs",
     {"probe", FIELD_CHOICE, AT(probe), .words = VOLUME_PROBES, .chosen = "write"}},
    {"bind", {"path", FIELD_PATH, AT(path), .is_required = true}},
    {"local", {"path", FIELD_PATH, AT(path)}},
    {"local",
     {"size", FIELD_WORD, AT(size), .words = "0123456789kmgt", .fault = "is no size"}},
    {"cifs lustre glusterfs rclone",
     {"source", FIELD_WORD, AT(source), .is_required = true,
      .fault = "is not a source to mount"}},
    {"cifs", {"credentials", FIELD_PATH, AT(credentials), .is_required = true}},
    {"rclone", {"config", FIELD_PATH, AT(credentials), .is_required = true}},
    {"rclone", {"cache", FIELD_PATH, AT(path)}},
    {NULL,
     {"mode", FIELD_CHOICE, AT(read_only), .is_required = true, .words = VOLUME_MODES,
      .chosen = "ro"}},
    {NULL, {"place", FIELD_PATH, AT(place)}},
    {NULL,
     {"on_failure", FIELD_CHOICE, AT(requeue), .words = VOLUME_FAILURES,
      .chosen = "requeue"}},
    {NULL,
     {"deadline", FIELD_SECONDS, AT(deadline_ms), .least = 0.001, .most = DEADLINE_MAX,
      .otherwise = VOLUME_DEADLINE * 1000}},
};

static int read_kind(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (plan_reader_name(answer, "kind", false, volume->kind) < 0)
        return -1;
    if (!*volume->kind)
        strcpy(volume->kind, VOLUME_KIND);
    return field_has_word(VOLUME_KINDS, volume->kind, strlen(volume->kind))
               ? 0
               : plan_reader_refuse(answer, "kind", "is none that this node knows");
}

static int read_keys(const struct plan_reader *answer, struct plan_volume *volume)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if ((!keys[i].kinds ||
             field_has_word(keys[i].kinds, volume->kind, strlen(volume->kind))) &&
            plan_reader_field(answer, &keys[i].field, volume) < 0)
            return -1;
    return 0;
}

static int read_server(const struct plan_reader *answer, struct plan_volume *volume)
{
    const struct field *field = file_server_fields;

    if (strcmp(volume->kind, "nfs") != 0)
        return 0;
    while (field->key && plan_reader_field(answer, field, &volume->server) == 0)
        field++;
    return field->key ? -1 : 0;
}

/* Copies the words of the array at the top, each ended by a NUL, and a NUL behind the
 * last. */
static int copy_words(const struct plan_reader *answer, char *words, size_t size)
{
    size_t count = lua_rawlen(answer->state, -1), used = 0;

    for (size_t i = 1; i <= count; i++) {
        size_t length = 0;
        const char *word = lua_rawgeti(answer->state, -1, (lua_Integer)i) == LUA_TSTRING
                               ? lua_tolstring(answer->state, -1, &length)
                               : NULL;

        if (!word || length == 0 || strlen(word) != length)
            return plan_reader_refuse(answer, "command", "is not an array of words");
        if (used + length + 2 > size)
            return plan_reader_refuse(answer, "command", "is too long");
        memcpy(words + used, word, length + 1);
        used += length + 1;
        lua_pop(answer->state, 1);
    }
    return 0;
}

static int read_command(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (strcmp(volume->kind, "command") != 0)
        return 0;
    if (lua_getfield(answer->state, -1, "command") != LUA_TTABLE)
        return plan_reader_refuse(answer, "command", "is not an array of words");
    if (copy_words(answer, volume->command, sizeof(volume->command)) < 0)
        return -1;
    lua_pop(answer->state, 1);
    if (volume->command[0] != '/')
        return plan_reader_refuse(answer, "command", "is no absolute path of a program");
    return 0;
}

/* Returns whether nothing may be mounted at `place`. The engine refuses such places as
 * well; this holds whatever the engine says. */
static bool is_taken(const char *place)
{
    size_t length = strcspn(place + 1, "/");

    return length == 0 || place[1] == '.' || strstr(place, "/.") ||
           field_has_word(TAKEN_PLACES, place + 1, length);
}

/* Refuses keys that do not go together: a place beside `subdirectories` would show what
 * those keep from the job. */
static int check(const struct plan_reader *answer, const struct plan_volume *volume)
{
    if (strcmp(volume->kind, "local") == 0 && !*volume->path == !*volume->size)
        return plan_reader_refuse(answer, "path", "and `size`: one of them is needed");
    if (*volume->place && is_taken(volume->place))
        return plan_reader_refuse(answer, "place", "is where nothing may be mounted");
    return volume->parts_only && *volume->place
               ? plan_reader_refuse(answer, "place", "does not go with `subdirectories`")
               : 0;
}

int plan_volume_read(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (!lua_istable(answer->state, -1))
        return error_set(answer->error, ERROR_SITE, "the policy's %s is not a table",
                         answer->where);
    volume->parts_only = lua_getfield(answer->state, -1, "subdirectories") != LUA_TNIL;
    lua_pop(answer->state, 1);
    return read_kind(answer, volume) < 0 || read_keys(answer, volume) < 0 ||
                   read_server(answer, volume) < 0 || read_command(answer, volume) < 0
               ? -1
               : check(answer, volume);
}
