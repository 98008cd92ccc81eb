/* lua_json.c: turns Lua's tables into JSON, and JSON into tables. */
#include "cli/lua_json.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 32

/* Lua does not tell an empty list from an empty map; a reader of JSON wants to know. */
static bool holds_names(const char *key)
{
    static const char *const keys[] = {"environment", "limits", "qos", "decision",
                                       "variables"};

    for (size_t i = 0; key && i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* A string of Lua's may hold any bytes; JSON holds UTF-8. */
static json_t *text_of(lua_State *state)
{
    size_t length;
    const char *text = lua_tolstring(state, -1, &length);
    json_t *value = json_stringn(text, length);

    return value ? value : json_string("?");
}

static json_t *scalar_of(lua_State *state)
{
    switch (lua_type(state, -1)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(state, -1));
    case LUA_TNUMBER:
        if (lua_isinteger(state, -1) ||
            lua_tonumber(state, -1) == (lua_Number)(json_int_t)lua_tonumber(state, -1))
            return json_integer((json_int_t)lua_tonumber(state, -1));
        return json_real(lua_tonumber(state, -1));
    case LUA_TSTRING:
        return text_of(state);
    default:
        return json_null();
    }
}

static void fill(lua_State *state, json_t *into, int depth);

/* Makes the value at the top a child of `into`, an array when `key` is NULL. The child is
 * owned before it is filled. */
static void add(lua_State *state, json_t *into, const char *key, int depth)
{
    json_t *child;

    if (!lua_istable(state, -1))
        child = scalar_of(state);
    else if (lua_rawlen(state, -1) > 0)
        child = json_array();
    else {
        lua_pushnil(state);
        if (lua_next(state, -2)) {
            lua_pop(state, 2);
            child = json_object();
        } else {
            child = holds_names(key) ? json_object() : json_array();
        }
    }
    if ((key ? json_object_set_new(into, key, child)
             : json_array_append_new(into, child)) < 0)
        luaL_error(state, "out of memory for an answer");
    if (lua_istable(state, -1))
        fill(state, child, depth + 1);
}

/* Fills the container made for the table at the top. */
static void fill(lua_State *state, json_t *into, int depth)
{
    luaL_checkstack(state, 6, "for an answer");
    if (depth > DEPTH_MAX)
        luaL_error(state, "an answer is nested deeper than %d tables", DEPTH_MAX);
    if (json_is_array(into)) {
        for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(state, -1); i++) {
            lua_rawgeti(state, -1, i);
            add(state, into, NULL, depth);
            lua_pop(state, 1);
        }
        return;
    }
    lua_pushnil(state);
    while (lua_next(state, -2)) {
        lua_pushvalue(state, -2); /* a copy, since lua_tostring changes a number */
        lua_insert(state, -2);
        add(state, into, lua_tostring(state, -2), depth);
        lua_pop(state, 2);
    }
}

void lua_json_append(lua_State *state, json_t *into)
{
    luaL_checkstack(state, 6, "for an answer");
    add(state, into, NULL, 0);
}

void lua_json_push(lua_State *state, const json_t *value)
{
    const char *key;
    json_t *child;
    size_t index;

    luaL_checkstack(state, 4, "for a question");
    if (json_is_string(value)) {
        lua_pushlstring(state, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        lua_pushinteger(state, json_integer_value(value));
    } else if (json_is_real(value)) {
        lua_pushnumber(state, json_real_value(value));
    } else if (json_is_boolean(value)) {
        lua_pushboolean(state, json_is_true(value));
    } else if (json_is_array(value)) {
        lua_newtable(state);
        json_array_foreach(value, index, child) {
            lua_json_push(state, child);
            lua_rawseti(state, -2, (lua_Integer)index + 1);
        }
    } else if (json_is_object(value)) {
        lua_newtable(state);
        json_object_foreach((json_t *)value, key, child) {
            lua_json_push(state, child);
            lua_setfield(state, -2, key);
        }
    } else {
        lua_pushnil(state);
    }
}

static int push_argument(lua_State *state, const void *argument)
{
    lua_json_push(state, argument);
    return 1;
}

static void take_result(lua_State *state, void *results)
{
    lua_json_append(state, results);
}

json_t *lua_json_call(struct policy_engine *engine, const char *module,
                      const char *function, const json_t *argument, struct error *error)
{
    json_t *results = json_array(), *result = NULL;
    const struct policy_call call = {.module = module,
                                     .function = function,
                                     .push = push_argument,
                                     .asked = argument,
                                     .results = 1,
                                     .take = take_result,
                                     .answer = results};

    if (policy_engine_ask(engine, NULL, &call, error) == 0)
        result = json_incref(json_array_get(results, 0));
    json_decref(results);
    return result;
}
