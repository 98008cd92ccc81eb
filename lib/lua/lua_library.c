/* lua_library.c: makes the functions that a script finds in its state. */
#include "lib/lua/lua_library.h"

#include "lib/error.h"
#include "lib/trusted_file.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE (LUA_MODULES_PATH_SIZE + 256)

/* Returns whether `module` is words of [A-Za-z0-9_] joined by dots. */
static bool is_module_name(const char *module)
{
    bool after_word = false;

    for (; *module; module++) {
        bool dot = *module == '.';

        if (dot ? !after_word
                : !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz_0123456789",
                          *module))
            return false;
        after_word = !dot;
    }
    return after_word;
}

/* Writes MODULES/a/b.lua for module "a.b". */
static int module_path(const struct lua_modules *modules, const char *module, char *path)
{
    size_t start = strlen(modules->path) + 1;
    int length;

    if (!*modules->path || !is_module_name(module))
        return -1;
    length = snprintf(path, PATH_SIZE, "%s/%s.lua", modules->path, module);
    if (length < 0 || length >= PATH_SIZE)
        return -1;
    for (size_t i = 0; module[i]; i++)
        if (module[i] == '.')
            path[start + i] = '/';
    return 0;
}

/* Compiles the file and leaves the function on the stack. It raises only after it has
 * released what it held: lua_load itself does not raise. */
static void load_module(lua_State *state, const struct lua_modules *modules,
                        const char *module)
{
    struct error error = {.party = ERROR_NONE};
    char path[PATH_SIZE], chunk_name[PATH_SIZE + 1];
    size_t length;
    char *text;
    int status;

    if (module_path(modules, module, path) < 0)
        luaL_error(state, "no module `%s` here", module);
    text = modules->trusted ? trusted_file_read(path, &length, &error)
                            : plain_file_read(path, &length, &error);
    if (!text)
        luaL_error(state, "%s", error.text);
    snprintf(chunk_name, sizeof(chunk_name), "@%s", path + strlen(modules->path) + 1);
    status = luaL_loadbufferx(state, text, length, chunk_name, "t");
    free(text);
    if (status != LUA_OK)
        lua_error(state);
}

/* require(module). The upvalues are the table of loaded modules and struct lua_modules;
 * `false` in the table stands for a module that did not come to its end. */
static int require_module(lua_State *state)
{
    size_t length;
    const char *module = luaL_checklstring(state, 1, &length);

    if (strlen(module) != length)
        return luaL_error(state, "no module `%s`: its name has a NUL in it", module);
    lua_settop(state, 1);
    if (lua_getfield(state, lua_upvalueindex(1), module) == LUA_TBOOLEAN &&
        !lua_toboolean(state, 2))
        return luaL_error(state, "module `%s` requires itself, or failed before", module);
    if (!lua_isnil(state, 2))
        return 1;
    lua_pushboolean(state, false);
    lua_setfield(state, lua_upvalueindex(1), module);
    load_module(state, lua_touserdata(state, lua_upvalueindex(2)), module);
    lua_call(state, 0, 1);
    if (!lua_toboolean(state, -1)) {
        lua_pop(state, 1);
        lua_pushboolean(state, true);
    }
    lua_pushvalue(state, -1);
    lua_setfield(state, lua_upvalueindex(1), module);
    return 1;
}

/* load(chunk, name, mode, environment) with mode "t": bytecode is not checked by Lua and
 * can crash it. The upvalue is Lua's own load, which tells a missing environment from
 * nil. */
static int load_text(lua_State *state)
{
    if (lua_gettop(state) < 3)
        lua_settop(state, 3);
    lua_pushliteral(state, "t");
    lua_replace(state, 3);
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_insert(state, 1);
    lua_call(state, lua_gettop(state) - 1, LUA_MULTRET);
    return lua_gettop(state);
}

/* xpcall(function, handler, ...). Lua's own calls the handler where the error is raised.
 * When a hook raised it, hooks are off there, so that an endless handler could not be
 * stopped. Here the handler is called when the error has left the function; only `debug`
 * could look at the stack that is lost by then, and there is no `debug`. */
static int call_with_handler(lua_State *state)
{
    bool well;

    luaL_checktype(state, 2, LUA_TFUNCTION);
    lua_pushvalue(state, 1);
    lua_copy(state, 2, 1); /* the handler goes below the function and its arguments */
    lua_replace(state, 2);
    well = lua_pcall(state, lua_gettop(state) - 2, LUA_MULTRET, 0) == LUA_OK;
    if (!well)
        lua_pcall(state, 1, 1, 0);
    lua_pushboolean(state, well);
    lua_insert(state, 1);
    if (well)
        lua_remove(state, 2);
    return lua_gettop(state);
}

/* Refuses finalizers here, since Lua marks an object for finalization only when its
 * metatable is set. */
static int set_metatable(lua_State *state)
{
    if (lua_istable(state, 2)) {
        lua_pushliteral(state, "__gc");
        if (lua_rawget(state, 2) != LUA_TNIL)
            return luaL_error(state, "finalizers (__gc) are not run here");
        lua_pop(state, 1);
    }
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_insert(state, 1);
    lua_call(state, lua_gettop(state) - 1, 1);
    return 1;
}

/* Replaces the global `name` by `function`, whose upvalue is the old value. */
static void wrap_global(lua_State *state, const char *name, lua_CFunction function)
{
    lua_getglobal(state, name);
    lua_pushcclosure(state, function, 1);
    lua_setglobal(state, name);
}

int lua_library_open(lua_State *state)
{
    void *modules = lua_touserdata(state, 1);
    static const char *const removed[] = {"dofile", "loadfile", "print", "warn",
                                          "collectgarbage"};

    luaL_requiref(state, LUA_GNAME, luaopen_base, 1);
    luaL_requiref(state, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_requiref(state, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_requiref(state, LUA_MATHLIBNAME, luaopen_math, 1);
    for (size_t i = 0; i < sizeof(removed) / sizeof(removed[0]); i++) {
        lua_pushnil(state);
        lua_setglobal(state, removed[i]);
    }
    wrap_global(state, "load", load_text);
    wrap_global(state, "setmetatable", set_metatable);
    lua_register(state, "xpcall", call_with_handler);
    lua_newtable(state);
    lua_pushlightuserdata(state, modules);
    lua_pushcclosure(state, require_module, 2);
    lua_setglobal(state, "require");
    return 0;
}
