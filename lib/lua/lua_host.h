/* lua_host.h: Lua with limits.
 *
 * A state has the base, string, table and math libraries, without io, os, package, debug
 * or what reads files, prints or tunes the collector. Its `load` takes text only, and its
 * `require` finds modules of the engine's directory only. Finalizers are refused: Lua
 * runs them with hooks off, so that an endless one could not be stopped.
 *
 * The allocator caps memory. A hook that counts instructions caps time: it goes on
 * raising, so that pcall in the script cannot outlive it. A C function such as
 * string.find is not interrupted: callers cap the length of what they pass in.
 *
 * The global limited(INSTRUCTIONS, FUNCTION, ...) calls a function that is to end early,
 * within the budget of the whole call. It returns true and what the function returns;
 * false and the error that it raised; or nil and "file:line", where it was stopped.
 */
#ifndef ATELIER_LUA_HOST_H
#define ATELIER_LUA_HOST_H

#include "lib/error.h"

#include <lua.h>
#include <stdbool.h>

struct lua_host;

struct lua_host_limits {
    size_t memory;    /* bytes */
    int milliseconds; /* processor time of the thread in one call */
};

/* Creates a state whose `require "a.b"` reads MODULES/a/b.lua: through trusted_file_read
 * when `trusted`, else plain_file_read. `modules` may be NULL: then require always fails.
 * Returns NULL with `error` filled. */
struct lua_host *lua_host_create(const char *modules, bool trusted,
                                 const struct lua_host_limits *limits,
                                 struct error *error);
void lua_host_destroy(struct lua_host *host);

/* Sets other limits and another way to read modules, from the next call on. */
void lua_host_change(struct lua_host *host, bool trusted,
                     const struct lua_host_limits *limits);

/* Returns the state, for pushing arguments and reading results; it belongs to the host.
 *
 * Outside of lua_host_call nothing may run that can raise a Lua error, since nobody is
 * there to catch it: this rules out making strings and tables, and indexing. Push a C
 * function and a light userdata, which allocate nothing, and do the rest in that
 * function; it must hold nothing that is to be released when an error leaves it.
 */
lua_State *lua_host_state(struct lua_host *host);

/* Compiles `text` under the chunk name `name` (a file name, shown in errors as
 * "name:line:") and leaves the function on the stack; binary chunks are refused. Returns
 * 0 or -1. */
int lua_host_load(struct lua_host *host, const char *text, size_t length,
                  const char *name, struct error *error);

/* Calls the function below its `arguments` on the stack, within the limits, and leaves
 * `results` values; on failure none. Returns 0 or -1 with `error` filled (ERROR_SITE). */
int lua_host_call(struct lua_host *host, int arguments, int results, struct error *error);

/* Pushes what `require(module)` returns. Returns 0 or -1. */
int lua_host_require(struct lua_host *host, const char *module, struct error *error);

#endif
