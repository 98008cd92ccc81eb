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

/* Reads a text that is nothing a program would take for an option. */
static int read_word(const struct plan_reader *answer, const struct field *field,
                     char *text)
{
    if (plan_reader_text(answer, field->key, text, field->size) < 0)
        return -1;
    return (field->is_required && !*text) || *text == '-' ||
                   (field->words && text[strspn(text, field->words)])
               ? plan_reader_refuse(answer, field->key, field->fault)
               : 0;
}

static int read_number(const struct plan_reader *answer, const struct field *field,
                       long *number)
{
    int exact, type = lua_getfield(answer->state, -1, field->key);
    lua_Integer given = lua_tointegerx(answer->state, -1, &exact);

    if (type != LUA_TNIL &&
        (!exact || type == LUA_TSTRING || given < field->least || given > field->most))
        return plan_reader_refuse(answer, field->key, field->fault);
    lua_pop(answer->state, 1);
    *number = type == LUA_TNIL ? field->otherwise : (long)given;
    return 0;
}

static int read_seconds(const struct plan_reader *answer, const struct field *field,
                        long *milliseconds)
{
    int type = lua_getfield(answer->state, -1, field->key);
    lua_Number seconds = lua_tonumber(answer->state, -1);
    char reason[64];

    if (type != LUA_TNUMBER && type != LUA_TNIL)
        return plan_reader_refuse(answer, field->key, "is not a number of seconds");
    lua_pop(answer->state, 1);
    *milliseconds = field->otherwise;
    if (type == LUA_TNIL)
        return 0;
    snprintf(reason, sizeof(reason), "is not between %g and %g seconds", field->least,
             field->most);
    /* Written so that NaN is refused as well. */
    if (!(seconds >= field->least && seconds <= field->most))
        return plan_reader_refuse(answer, field->key, reason);
    *milliseconds = (long)(seconds * 1000 + 0.5);
    return 0;
}

static int read_choice(const struct plan_reader *answer, const struct field *field,
                       bool *is_chosen)
{
    int length = (int)strcspn(field->words, " ");
    char text[16], reason[64];

    snprintf(reason, sizeof(reason), "is neither \"%.*s\" nor \"%s\"", length,
             field->words, field->words + length + 1);
    if (plan_reader_text(answer, field->key, text, sizeof(text)) < 0)
        return -1;
    *is_chosen = strcmp(text, field->chosen) == 0;
    return (*text || field->is_required) &&
                   !field_has_word(field->words, text, strlen(text))
               ? plan_reader_refuse(answer, field->key, reason)
               : 0;
}

int plan_reader_field(const struct plan_reader *answer, const struct field *field,
                      void *base)
{
    switch (field->type) {
    case FIELD_NAME:
        return plan_reader_name(answer, field->key, field->is_required,
                                field_text(field, base));
    case FIELD_PATH:
        return plan_reader_path(answer, field->key, field->is_required,
                                field_text(field, base), field->size);
    case FIELD_WORD:
        return read_word(answer, field, field_text(field, base));
    case FIELD_NUMBER:
        return read_number(answer, field, field_number(field, base));
    case FIELD_SECONDS:
        return read_seconds(answer, field, field_number(field, base));
    default:
        return read_choice(answer, field, field_flag(field, base));
    }
}
