#include "plan_answer.h"

#include "lua_environment.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#define PORT_MAX 65535
#define DEADLINE_DEFAULT 5.0 /* seconds */
#define DEADLINE_MAX 60.0

struct answer {
    lua_State *state;
    const char *where; /* what the table at the top is, for the sentence */
    struct error *error;
};

static int refuse(const struct answer *answer, const char *field, const char *reason)
{
    return error_set(answer->error, ERROR_SITE, "the policy's %s: `%s` %s", answer->where,
                     field, reason);
}

/* Copies the string `field` of the table at the top; "" when there is none. */
static int read_text(const struct answer *answer, const char *field, char *text,
                     size_t size)
{
    const char *value;
    size_t length;

    text[0] = '\0';
    if (lua_getfield(answer->state, -1, field) == LUA_TNIL) {
        lua_pop(answer->state, 1);
        return 0;
    }
    if (lua_type(answer->state, -1) != LUA_TSTRING)
        return refuse(answer, field, "is not a string");
    value = lua_tolstring(answer->state, -1, &length);
    if (length >= size)
        return refuse(answer, field, "is too long");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
            return refuse(answer, field, "has a control character in it");
    memcpy(text, value, length + 1);
    lua_pop(answer->state, 1);
    return 0;
}

static int read_name(const struct answer *answer, const char *field, bool required,
                     char name[NAME_LENGTH_MAX + 1])
{
    if (read_text(answer, field, name, NAME_LENGTH_MAX + 1) < 0)
        return -1;
    if (!*name && required)
        return refuse(answer, field, "is missing");
    if (*name && !name_is_valid(name))
        return refuse(answer, field, "is not a name");
    return 0;
}

static int read_port(const struct answer *answer, const char *field, unsigned *port)
{
    lua_Integer number = 0;
    int exact = 1;

    if (lua_getfield(answer->state, -1, field) != LUA_TNIL)
        number = lua_tointegerx(answer->state, -1, &exact);
    if (!exact || lua_type(answer->state, -1) == LUA_TSTRING || number < 0 ||
        number > PORT_MAX)
        return refuse(answer, field, "is not a port number");
    lua_pop(answer->state, 1);
    *port = (unsigned)number;
    return 0;
}

static int read_deadline(const struct answer *answer, int *milliseconds)
{
    lua_Number seconds = DEADLINE_DEFAULT;
    int type = lua_getfield(answer->state, -1, "deadline");

    if (type == LUA_TNUMBER)
        seconds = lua_tonumber(answer->state, -1);
    else if (type != LUA_TNIL)
        return refuse(answer, "deadline", "is not a number of seconds");
    lua_pop(answer->state, 1);
    if (!(seconds >= 0.001 && seconds <= DEADLINE_MAX)) /* so that NaN is refused, too */
        return refuse(answer, "deadline", "is not between 0.001 and 60 seconds");
    *milliseconds = (int)(seconds * 1000 + 0.5);
    return 0;
}

static int read_mode(const struct answer *answer, bool *read_only)
{
    char mode[8];

    if (read_text(answer, "mode", mode, sizeof(mode)) < 0)
        return -1;
    *read_only = strcmp(mode, "ro") == 0;
    if (!*read_only && strcmp(mode, "rw") != 0)
        return refuse(answer, "mode", "is neither \"ro\" nor \"rw\"");
    return 0;
}

/* Whether the text `field` is `word`; it may be missing. */
static int read_choice(const struct answer *answer, const char *field, const char *word,
                       bool *chosen)
{
    char text[16];

    if (read_text(answer, field, text, sizeof(text)) < 0)
        return -1;
    *chosen = strcmp(text, word) == 0;
    return 0;
}

/* A host name or an address, so that it cannot be taken for an option or a path. */
static int read_host(const struct answer *answer, struct plan_volume *volume)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._:%-";

    if (read_text(answer, "host", volume->host, sizeof(volume->host)) < 0)
        return -1;
    if (!*volume->host || *volume->host == '-' ||
        volume->host[strspn(volume->host, allowed)])
        return refuse(answer, "host", "is not a host name or an address");
    return 0;
}

static int read_volume(const struct answer *answer, struct plan_volume *volume)
{
    if (!lua_istable(answer->state, -1))
        return error_set(answer->error, ERROR_SITE, "the policy's %s is not a table",
                         answer->where);
    if (read_name(answer, "name", true, volume->name) < 0 ||
        read_name(answer, "server", true, volume->server) < 0 ||
        read_name(answer, "driver", true, volume->driver) < 0 ||
        read_host(answer, volume) < 0 ||
        read_text(answer, "export", volume->export_path, sizeof(volume->export_path)) < 0)
        return -1;
    if (volume->export_path[0] != '/')
        return refuse(answer, "export", "is not an absolute path");
    if (read_mode(answer, &volume->read_only) < 0 ||
        read_choice(answer, "probe", "write", &volume->probe) < 0 ||
        read_choice(answer, "on_failure", "requeue", &volume->requeue) < 0 ||
        read_port(answer, "port", &volume->port) < 0 ||
        read_port(answer, "mount_port", &volume->mount_port) < 0)
        return -1;
    return read_deadline(answer, &volume->deadline_ms);
}

/* Two volumes of one name would be mounted over each other. */
static bool has_volume(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->volume_count; i++)
        if (strcmp(plan->volumes[i].name, name) == 0)
            return true;
    return false;
}

static int read_volumes(const struct answer *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    char where[32];
    struct answer part = {.state = state, .where = where, .error = answer->error};
    int type = lua_getfield(state, -1, "volumes");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;

    if (type != LUA_TTABLE && type != LUA_TNIL)
        return refuse(answer, "volumes", "is not an array");
    if (count > PLAN_VOLUMES_MAX)
        return refuse(answer, "volumes", "are more than 64");
    for (; plan->volume_count < count; plan->volume_count++) {
        struct plan_volume *volume = &plan->volumes[plan->volume_count];

        snprintf(where, sizeof(where), "volume %zu", plan->volume_count + 1);
        lua_rawgeti(state, -1, (lua_Integer)plan->volume_count + 1);
        if (read_volume(&part, volume) < 0)
            return -1;
        if (has_volume(plan, volume->name))
            return refuse(&part, "name", "is that of an earlier volume");
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

/* An empty list is refused: in struct plan it would mean that all are allowed. */
static int read_frameworks(const struct answer *answer, struct plan *plan)
{
    lua_State *state = answer->state;
    int type = lua_getfield(state, -1, "frameworks");
    size_t count = type == LUA_TTABLE ? lua_rawlen(state, -1) : 0;
    size_t used = 0;

    if (type != LUA_TNIL && count == 0)
        return refuse(answer, "frameworks", "is not an array of names");
    for (size_t i = 1; i <= count; i++) {
        const char *name = lua_rawgeti(state, -1, (lua_Integer)i) == LUA_TSTRING
                               ? lua_tostring(state, -1)
                               : NULL;

        if (!name_is_valid(name))
            return refuse(answer, "frameworks", "is not an array of names");
        if (used + strlen(name) + 2 > sizeof(plan->frameworks))
            return refuse(answer, "frameworks", "is too long");
        used += (size_t)snprintf(plan->frameworks + used, sizeof(plan->frameworks) - used,
                                 "%s%s", i > 1 ? "," : "", name);
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return 0;
}

static int read_environment(const struct answer *answer, struct plan *plan)
{
    int type = lua_getfield(answer->state, -1, "environment");

    if (type == LUA_TTABLE && lua_environment_read(answer->state, plan->environment, "",
                                                   "the policy", answer->error) < 0)
        return -1;
    if (type != LUA_TTABLE && type != LUA_TNIL)
        return refuse(answer, "environment", "is not a table");
    lua_pop(answer->state, 1);
    return 0;
}

int plan_read_answer(lua_State *state, struct plan *plan, struct error *error)
{
    const struct answer answer = {.state = state, .where = "answer", .error = error};

    luaL_checkstack(state, LUA_MINSTACK, "for the plan");
    if (read_name(&answer, "workspace", true, plan->workspace) < 0 ||
        read_name(&answer, "experiment", false, plan->experiment) < 0 ||
        read_name(&answer, "framework", false, plan->framework) < 0 ||
        read_frameworks(&answer, plan) < 0 || read_volumes(&answer, plan) < 0)
        return -1;
    return read_environment(&answer, plan);
}
