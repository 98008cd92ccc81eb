/* plan_reader.c: reads fields of the engine's tables. */
#include "lib/policy/plan_reader.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

int plan_reader_refuse(const struct plan_reader *answer, const char *field,
                       const char *reason)
{
    return error_set(answer->error, ERROR_SITE, "the policy's %s: `%s` %s", answer->where,
                     field, reason);
}

int plan_reader_text(const struct plan_reader *answer, const char *field, char *text,
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
        return plan_reader_refuse(answer, field, "is not a string");
    value = lua_tolstring(answer->state, -1, &length);
    if (length >= size)
        return plan_reader_refuse(answer, field, "is too long");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
            return plan_reader_refuse(answer, field, "has a control character in it");
    memcpy(text, value, length + 1);
    lua_pop(answer->state, 1);
    return 0;
}

int plan_reader_name(const struct plan_reader *answer, const char *field, bool required,
                     char name[NAME_LENGTH_MAX + 1])
{
    if (plan_reader_text(answer, field, name, NAME_LENGTH_MAX + 1) < 0)
        return -1;
    if (!*name && required)
        return plan_reader_refuse(answer, field, "is missing");
    if (*name && !name_is_valid(name))
        return plan_reader_refuse(answer, field, "is not a name");
    return 0;
}

int plan_reader_path(const struct plan_reader *answer, const char *field, bool required,
                     char *path, size_t size)
{
    if (plan_reader_text(answer, field, path, size) < 0)
        return -1;
    if ((*path || required) && *path != '/')
        return plan_reader_refuse(answer, field, "is not an absolute path");
    return 0;
}

int plan_reader_number(const struct plan_reader *answer, const char *field,
                       const char *what, unsigned most, unsigned *number)
{
    int exact = 1, type = lua_getfield(answer->state, -1, field);
    lua_Integer given =
        type == LUA_TNIL ? *number : lua_tointegerx(answer->state, -1, &exact);

    if (!exact || type == LUA_TSTRING || given < 0 || given > most)
        return plan_reader_refuse(answer, field, what);
    lua_pop(answer->state, 1);
    *number = (unsigned)given;
    return 0;
}

int plan_reader_seconds(const struct plan_reader *answer, const char *field, double least,
                        double most, int *milliseconds)
{
    int type = lua_getfield(answer->state, -1, field);
    lua_Number seconds = lua_tonumber(answer->state, -1);
    char reason[64];

    if (type != LUA_TNUMBER && type != LUA_TNIL)
        return plan_reader_refuse(answer, field, "is not a number of seconds");
    lua_pop(answer->state, 1);
    if (type == LUA_TNIL)
        return 0;
    snprintf(reason, sizeof(reason), "is not between %g and %g seconds", least, most);
    /* Written so that NaN is refused as well. */
    if (!(seconds >= least && seconds <= most))
        return plan_reader_refuse(answer, field, reason);
    *milliseconds = (int)(seconds * 1000 + 0.5);
    return 0;
}

int plan_reader_mode(const struct plan_reader *answer, bool *read_only)
{
    char mode[8];

    if (plan_reader_text(answer, "mode", mode, sizeof(mode)) < 0)
        return -1;
    *read_only = strcmp(mode, "ro") == 0;
    if (!*read_only && strcmp(mode, "rw") != 0)
        return plan_reader_refuse(answer, "mode", "is neither \"ro\" nor \"rw\"");
    return 0;
}
