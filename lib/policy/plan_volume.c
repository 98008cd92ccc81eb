/* plan_volume.c: reads one volume of the engine's answer. */
#include "lib/policy/plan_volume.h"

#include <lauxlib.h>
#include <string.h>

/* Reads a host name or an address, which cannot be taken for an option or a path. */
static int read_host(const struct plan_reader *answer, struct plan_volume *volume)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._:%-";

    if (plan_reader_text(answer, "host", volume->host, sizeof(volume->host)) < 0)
        return -1;
    if (!*volume->host || *volume->host == '-' ||
        volume->host[strspn(volume->host, allowed)])
        return plan_reader_refuse(answer, "host", "is not a host name or an address");
    return 0;
}

/* Reads whether the text `field` is `word`; the field may be missing. */
static int read_choice(const struct plan_reader *answer, const char *field,
                       const char *word, bool *chosen)
{
    char text[16];

    if (plan_reader_text(answer, field, text, sizeof(text)) < 0)
        return -1;
    *chosen = strcmp(text, word) == 0;
    return 0;
}

static int read_recovery(const struct plan_reader *answer, struct plan_volume *volume)
{
    char recovery[8];

    if (plan_reader_text(answer, "recovery", recovery, sizeof(recovery)) < 0)
        return -1;
    volume->is_soft = strcmp(recovery, "soft") == 0;
    if (!volume->is_soft && *recovery && strcmp(recovery, "hard") != 0)
        return plan_reader_refuse(answer, "recovery", "is neither \"hard\" nor \"soft\"");
    volume->timeout_ms = NFS_TIMEOUT * 1000;
    volume->attribute_cache_ms = PLAN_LIKE_THE_KERNEL;
    return plan_reader_seconds(answer, "timeout", 1, NFS_TIMEOUT_MAX,
                               &volume->timeout_ms) < 0
               ? -1
               : plan_reader_seconds(answer, "attribute_cache", 0,
                                     NFS_ATTRIBUTE_CACHE_MAX,
                                     &volume->attribute_cache_ms);
}

static int read_locks(const struct plan_reader *answer, struct plan_volume *volume)
{
    char locks[8];

    if (plan_reader_text(answer, "locks", locks, sizeof(locks)) < 0)
        return -1;
    volume->locks_on_node = strcmp(locks, "node") == 0;
    if (!volume->locks_on_node && *locks && strcmp(locks, "server") != 0)
        return plan_reader_refuse(answer, "locks", "is neither \"node\" nor \"server\"");
    return 0;
}

static int read_nfs(const struct plan_reader *answer, struct plan_volume *volume)
{
    volume->version = NFS_VERSION;
    if (plan_reader_name(answer, "server", true, volume->server) < 0 ||
        plan_reader_name(answer, "driver", true, volume->driver) < 0 ||
        read_host(answer, volume) < 0 ||
        plan_reader_path(answer, "export", true, volume->export_path,
                         sizeof(volume->export_path)) < 0 ||
        plan_reader_number(answer, "port", "is not a port number", PORT_MAX,
                           &volume->port) < 0 ||
        plan_reader_number(answer, "mount_port", "is not a port number", PORT_MAX,
                           &volume->mount_port) < 0 ||
        plan_reader_number(answer, "version", "is neither 3 nor 4", 4, &volume->version) <
            0 ||
        plan_reader_number(answer, "connections", "is not a possible number",
                           NFS_CONNECTIONS_MAX, &volume->connections) < 0 ||
        read_choice(answer, "probe", "write", &volume->probe) < 0)
        return -1;
    if (volume->version < 3)
        return plan_reader_refuse(answer, "version", "is neither 3 nor 4");
    return read_locks(answer, volume) < 0 ? -1 : read_recovery(answer, volume);
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
    int type = lua_getfield(answer->state, -1, "command");

    if (type != LUA_TTABLE ||
        copy_words(answer, volume->command, sizeof(volume->command)) < 0)
        return plan_reader_refuse(answer, "command", "is not an array of words");
    lua_pop(answer->state, 1);
    if (volume->command[0] != '/')
        return plan_reader_refuse(answer, "command", "is no absolute path of a program");
    return 0;
}

static int read_path(const struct plan_reader *answer, struct plan_volume *volume)
{
    return plan_reader_path(answer, "path", true, volume->path, sizeof(volume->path));
}

static int read_local(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (plan_reader_path(answer, "path", false, volume->path, sizeof(volume->path)) < 0 ||
        plan_reader_text(answer, "size", volume->size, sizeof(volume->size)) < 0)
        return -1;
    if (volume->size[strspn(volume->size, "0123456789kmgt")])
        return plan_reader_refuse(answer, "size", "is no size");
    return !*volume->path == !*volume->size
               ? plan_reader_refuse(answer, "path", "and `size`: one of them is needed")
               : 0;
}

static int read_source(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (plan_reader_text(answer, "source", volume->source, sizeof(volume->source)) < 0)
        return -1;
    return !*volume->source || *volume->source == '-'
               ? plan_reader_refuse(answer, "source", "is not a source to mount")
               : 0;
}

static int read_cifs(const struct plan_reader *answer, struct plan_volume *volume)
{
    return read_source(answer, volume) < 0 ||
                   plan_reader_path(answer, "credentials", true, volume->credentials,
                                    sizeof(volume->credentials)) < 0
               ? -1
               : 0;
}

static int read_rclone(const struct plan_reader *answer, struct plan_volume *volume)
{
    return read_source(answer, volume) < 0 ||
                   plan_reader_path(answer, "config", true, volume->credentials,
                                    sizeof(volume->credentials)) < 0 ||
                   plan_reader_path(answer, "cache", false, volume->path,
                                    sizeof(volume->path)) < 0
               ? -1
               : 0;
}

static const struct {
    const char *kind;
    int (*read)(const struct plan_reader *answer, struct plan_volume *volume);
} kinds[] = {
    {"nfs", read_nfs},       {"bind", read_path},       {"local", read_local},
    {"cifs", read_cifs},     {"lustre", read_source},   {"glusterfs", read_source},
    {"rclone", read_rclone}, {"command", read_command},
};

static int read_kind(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (plan_reader_name(answer, "kind", false, volume->kind) < 0)
        return -1;
    if (!*volume->kind)
        strcpy(volume->kind, VOLUME_KIND);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].kind, volume->kind) == 0)
            return kinds[i].read(answer, volume);
    return plan_reader_refuse(answer, "kind", "is none that this node knows");
}

/* Returns whether nothing may be mounted at `place`. The engine refuses such places as
 * well; this holds whatever the engine says. */
static bool is_taken(const char *place)
{
    size_t length = strcspn(place + 1, "/");

    for (const char *taken = TAKEN_PLACES; *taken;) {
        size_t end = strcspn(taken, " ");

        if (end == length && strncmp(taken, place + 1, length) == 0)
            return true;
        taken += end + strspn(taken + end, " ");
    }
    return length == 0 || place[1] == '.' || strstr(place, "/.");
}

static int read_place(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (plan_reader_path(answer, "place", false, volume->place, sizeof(volume->place)) <
        0)
        return -1;
    if (*volume->place && is_taken(volume->place))
        return plan_reader_refuse(answer, "place", "is where nothing may be mounted");
    return 0;
}

/* Refuses a place beside `subdirectories`: it would show what those keep from the job. */
static int read_parts(const struct plan_reader *answer, struct plan_volume *volume)
{
    volume->parts_only = lua_getfield(answer->state, -1, "subdirectories") != LUA_TNIL;
    lua_pop(answer->state, 1);
    return volume->parts_only && *volume->place
               ? plan_reader_refuse(answer, "place", "does not go with `subdirectories`")
               : 0;
}

int plan_volume_read(const struct plan_reader *answer, struct plan_volume *volume)
{
    if (!lua_istable(answer->state, -1))
        return error_set(answer->error, ERROR_SITE, "the policy's %s is not a table",
                         answer->where);
    volume->deadline_ms = VOLUME_DEADLINE * 1000;
    if (plan_reader_name(answer, "name", true, volume->name) < 0 ||
        read_kind(answer, volume) < 0 ||
        plan_reader_mode(answer, &volume->read_only) < 0 ||
        read_place(answer, volume) < 0 || read_parts(answer, volume) < 0 ||
        read_choice(answer, "on_failure", "requeue", &volume->requeue) < 0)
        return -1;
    return plan_reader_seconds(answer, "deadline", 0.001, 60, &volume->deadline_ms);
}
