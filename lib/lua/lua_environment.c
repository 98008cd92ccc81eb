/* lua_environment.c: reads environment variables from a table that Lua returned. */
#include "lib/lua/lua_environment.h"

#include "lib/name.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

static bool is_variable_name(const char *name, size_t length)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "_0123456789";

    return length > 0 && !(*name >= '0' && *name <= '9') &&
           strspn(name, allowed) == length;
}

/* Turns the number or string at the top into a string of one line without NUL. Returns
 * NULL for anything else. */
static const char *variable_value(lua_State *state)
{
    lua_Integer integer;
    const char *value;
    size_t length;
    int exact = 0;

    if (lua_type(state, -1) == LUA_TNUMBER) {
        integer = lua_tointegerx(state, -1, &exact);
        if (exact) {
            lua_pop(state, 1);
            lua_pushinteger(state, integer);
        }
    } else if (lua_type(state, -1) != LUA_TSTRING) {
        return NULL;
    }
    value = lua_tolstring(state, -1, &length);
    return strlen(value) == length && !strchr(value, '\n') ? value : NULL;
}

/* Reads the pair of name and value at the top of the stack. */
static int read_variable(lua_State *state, struct record *environment, const char *prefix,
                         const char *source, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];
    const char *name, *value;
    size_t length;

    if (lua_type(state, -2) != LUA_TSTRING)
        return error_set(error, ERROR_SITE,
                         "%s: a variable of the environment has a %s for a name", source,
                         luaL_typename(state, -2));
    name = lua_tolstring(state, -2, &length);
    name_quote(name, quoted, sizeof(quoted));
    if (!is_variable_name(name, length))
        return error_set(error, ERROR_SITE,
                         "%s: `%s` is no name of an environment variable: use "
                         "[A-Za-z_][A-Za-z0-9_]*",
                         source, quoted);
    value = variable_value(state);
    if (!value)
        return error_set(error, ERROR_SITE,
                         "%s: the value of %s is neither a number nor a string of one "
                         "line",
                         source, quoted);
    if (record_set(environment, lua_pushfstring(state, "%s%s", prefix, name), value) < 0)
        return error_set(error, ERROR_SITE,
                         "%s: there is no room for %s: all variables together may have "
                         "%zu bytes",
                         source, quoted, record_size_max(environment));
    lua_pop(state, 1);
    return 0;
}

int lua_environment_read(lua_State *state, struct record *environment, const char *prefix,
                         const char *source, struct error *error)
{
    int top = lua_gettop(state);

    luaL_checkstack(state, 5, "for the environment");
    lua_pushnil(state);
    while (lua_next(state, -2)) {
        if (read_variable(state, environment, prefix, source, error) < 0) {
            lua_settop(state, top);
            return -1;
        }
        lua_pop(state, 1);
    }
    return 0;
}
