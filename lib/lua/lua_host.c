/* lua_host.c: runs Lua with limits of time and memory. */
#include "lib/lua/lua_host.h"

#include "lib/lua/lua_library.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHUNK_NAME_SIZE 1024
#define HOOK_INSTRUCTIONS 1000 /* between two looks at the clock, some microseconds */

struct lua_host {
    lua_State *state;
    struct lua_host_limits limits;
    size_t memory; /* in use, bytes */
    long long end; /* of the call's budget, nanoseconds of the thread's processor time */
    bool exceeded;
    char where[LUA_IDSIZE + 16]; /* "file:line" at which the budget ended */
    struct {
        bool set, spent;
        lua_Integer left; /* instructions */
        char where[LUA_IDSIZE + 16];
    } inner; /* the limit that `limited` sets */
    struct lua_modules modules;
};

static struct lua_host *host_of(lua_State *state)
{
    return *(struct lua_host **)lua_getextraspace(state);
}

/* Lua needs every call that shrinks a block to succeed. */
static void *allocate(void *data, void *block, size_t old_size, size_t new_size)
{
    struct lua_host *host = data;
    size_t others = block ? host->memory - old_size : host->memory;
    void *moved;

    if (new_size == 0) {
        free(block);
        host->memory = others;
        return NULL;
    }
    if (others + new_size > host->limits.memory && (!block || new_size > old_size))
        return NULL;
    moved = realloc(block, new_size);
    if (!moved)
        return block && new_size <= old_size ? block : NULL;
    host->memory = others + new_size;
    return moved;
}

static long long processor_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Writes the place that is being executed: "file:line". */
static void note_place(lua_State *state, lua_Debug *frame, char *where, size_t size)
{
    lua_getinfo(state, "Sl", frame);
    snprintf(where, size, "%s:%d", frame->short_src, frame->currentline);
}

/* Raises an error at every single instruction once the budget is spent: a pcall that
 * catches it cannot reach its next instruction, so that all levels unwind. */
static void on_count(lua_State *state, lua_Debug *frame)
{
    struct lua_host *host = host_of(state);
    bool was_spent = host->exceeded || host->inner.spent;

    if (!was_spent && processor_time() >= host->end) {
        host->exceeded = true;
        note_place(state, frame, host->where, sizeof(host->where));
    } else if (!was_spent && host->inner.set) {
        host->inner.left -= HOOK_INSTRUCTIONS;
        host->inner.spent = host->inner.left <= 0;
        if (host->inner.spent)
            note_place(state, frame, host->inner.where, sizeof(host->inner.where));
    }
    if (!host->exceeded && !host->inner.spent)
        return;
    if (!was_spent)
        lua_sethook(state, on_count, LUA_MASKCOUNT, 1);
    lua_pushnil(state);
    lua_error(state);
}

/* limited(instructions, function, ...), see lua_host.h. This C code runs no Lua
 * instruction, so that nothing raises between the end of the function and the end of the
 * limit. */
static int call_limited(lua_State *state)
{
    struct lua_host *host = host_of(state);
    lua_Integer instructions = luaL_checkinteger(state, 1);
    bool well, spent;

    luaL_checktype(state, 2, LUA_TFUNCTION);
    if (host->inner.set)
        return luaL_error(state, "limited is called inside limited");
    host->inner.left = instructions;
    host->inner.set = true;
    well = lua_pcall(state, lua_gettop(state) - 2, LUA_MULTRET, 0) == LUA_OK;
    spent = host->inner.spent;
    host->inner.set = host->inner.spent = false;
    if (host->exceeded)
        return luaL_error(state, "the call's own budget is spent");
    if (spent) {
        lua_sethook(state, on_count, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
        lua_settop(state, 0);
        lua_pushnil(state);
        lua_pushstring(state, host->inner.where);
        return 2;
    }
    lua_pushboolean(state, well);
    lua_replace(state, 1);
    return lua_gettop(state);
}

/* Makes the globals of a new state; the argument is that of lua_library_open. */
static int open_library(lua_State *state)
{
    lua_pushcfunction(state, lua_library_open);
    lua_insert(state, 1);
    lua_call(state, 1, 0);
    lua_register(state, "limited", call_limited);
    return 0;
}

struct lua_host *lua_host_create(const char *modules, bool trusted,
                                 const struct lua_host_limits *limits,
                                 struct error *error)
{
    struct lua_host *host = NULL;

    if (modules && strlen(modules) >= LUA_MODULES_PATH_SIZE) {
        error_set(error, ERROR_SITE, "the path `%.80s...` is too long", modules);
        return NULL;
    }
    host = calloc(1, sizeof(*host));
    if (host) {
        host->limits = *limits;
        host->modules.trusted = trusted;
        snprintf(host->modules.path, sizeof(host->modules.path), "%s",
                 modules ? modules : "");
        host->state = lua_newstate(allocate, host);
    }
    if (!host || !host->state) {
        error_set(error, ERROR_NODE, "out of memory for Lua");
        free(host);
        return NULL;
    }
    *(struct lua_host **)lua_getextraspace(host->state) = host;
    lua_pushcfunction(host->state, open_library);
    lua_pushlightuserdata(host->state, &host->modules);
    if (lua_host_call(host, 1, 0, error) < 0) {
        lua_host_destroy(host);
        return NULL;
    }
    return host;
}

void lua_host_change(struct lua_host *host, bool trusted,
                     const struct lua_host_limits *limits)
{
    host->limits = *limits;
    host->modules.trusted = trusted;
}

void lua_host_destroy(struct lua_host *host)
{
    if (!host)
        return;
    lua_close(host->state);
    free(host);
}

lua_State *lua_host_state(struct lua_host *host)
{
    return host->state;
}

/* Fills `error` from the value that was raised, and pops it. Only a string is read: to
 * turn anything else into one could raise again. */
static int explain(struct lua_host *host, int status, struct error *error)
{
    lua_State *state = host->state;

    if (host->exceeded)
        error_set(error, ERROR_SITE, "%s: stopped after %d ms of processor time",
                  host->where, host->limits.milliseconds);
    else if (status == LUA_ERRMEM)
        error_set(error, ERROR_SITE, "not enough memory: Lua may use %zu kB here",
                  host->limits.memory / 1024);
    else if (lua_type(state, -1) == LUA_TSTRING)
        error_set(error, ERROR_SITE, "%s", lua_tostring(state, -1));
    else
        error_set(error, ERROR_SITE, "Lua raised a value that is no sentence but a %s",
                  luaL_typename(state, -1));
    lua_pop(state, 1);
    return -1;
}

int lua_host_load(struct lua_host *host, const char *text, size_t length,
                  const char *name, struct error *error)
{
    char chunk_name[CHUNK_NAME_SIZE];
    int status;

    if (!lua_checkstack(host->state, LUA_MINSTACK))
        return error_set(error, ERROR_SITE, "Lua has no room for %s", name);
    snprintf(chunk_name, sizeof(chunk_name), "@%s", name);
    host->exceeded = false;
    status = luaL_loadbufferx(host->state, text, length, chunk_name, "t");
    return status == LUA_OK ? 0 : explain(host, status, error);
}

int lua_host_call(struct lua_host *host, int arguments, int results, struct error *error)
{
    lua_State *state = host->state;
    int below = lua_gettop(state) - arguments - 1;
    int status;

    host->exceeded = host->inner.set = host->inner.spent = false;
    snprintf(host->where, sizeof(host->where), "a function of Lua's library");
    host->end = processor_time() + (long long)host->limits.milliseconds * 1000000;
    lua_sethook(state, on_count, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    status = lua_pcall(state, arguments, results, 0);
    if (processor_time() >= host->end)
        host->exceeded = true;
    if (status == LUA_OK && !host->exceeded)
        return 0;
    if (status == LUA_OK) {
        lua_settop(state, below);
        lua_pushnil(state);
    }
    return explain(host, status, error);
}

static int call_require(lua_State *state)
{
    const char *module = lua_touserdata(state, 1);

    lua_getglobal(state, "require");
    lua_pushstring(state, module);
    lua_call(state, 1, 1);
    return 1;
}

int lua_host_require(struct lua_host *host, const char *module, struct error *error)
{
    if (!lua_checkstack(host->state, LUA_MINSTACK))
        return error_set(error, ERROR_SITE, "Lua has no room for %s", module);
    lua_pushcfunction(host->state, call_require);
    lua_pushlightuserdata(host->state, (void *)module);
    return lua_host_call(host, 1, 1, error);
}
