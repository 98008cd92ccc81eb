/* launcher_run.c: runs a launcher's functions once, on one layout. */
#include "lib/launcher/launcher_run.h"

#include "lib/launcher/launcher_directory.h"
#include "lib/launcher/launcher_session.h"
#include "lib/trusted_file.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* The memory has room for a list of HOSTLIST_COUNT_MAX hosts in every form that a
 * framework wants. */
const struct lua_host_limits launcher_limits = {.memory = 256 << 20,
                                                .milliseconds = 2000};

bool launcher_run_open(lua_State *state, struct launcher_run *run)
{
    lua_pushvalue(state, 1);
    if (lua_isfunction(state, -1))
        lua_call(state, 0, 1);
    if (lua_istable(state, -1) && lua_getfield(state, -1, "title") == LUA_TSTRING &&
        lua_getfield(state, -2, "environment") == LUA_TFUNCTION) {
        lua_pop(state, 2);
        return true;
    }
    error_set(&run->error, ERROR_SITE,
              "launcher `%s` does not return { title = \"...\", environment = "
              "function(layout) ... end }",
              run->launcher->framework.name);
    return false;
}

void launcher_run_push(lua_State *state, const char *module, const char *function)
{
    lua_getglobal(state, "require");
    lua_pushstring(state, module);
    lua_call(state, 1, 1);
    lua_getfield(state, -1, function);
    lua_remove(state, -2);
}

/* Puts the defaults in place of the declared settings at the top. Most tasks need nothing
 * else, so that the module which reads settings need not be compiled for them. */
static void push_defaults(lua_State *state)
{
    lua_newtable(state);
    for (lua_pushnil(state); lua_next(state, -3);) {
        lua_pushvalue(state, -2);
        lua_getfield(state, -2, "default");
        lua_settable(state, -5);
        lua_pop(state, 1);
    }
    lua_remove(state, -2);
}

/* Puts an empty table in place of the nil at the top. A site's own launchers need no
 * support module where they declare no settings. */
static bool push_no_settings(lua_State *state, struct launcher_run *run)
{
    const struct framework *framework = &run->launcher->framework;

    lua_pop(state, 1);
    lua_newtable(state);
    if (!framework->settings[0])
        return true;
    error_set(&run->error, ERROR_USER, "framework `%s` has no settings: leave out `:%s`",
              framework->name, framework->settings);
    return false;
}

/* Puts what the user's words say in place of the declared settings at the top. */
static bool read_settings(lua_State *state, struct launcher_run *run)
{
    const struct framework *framework = &run->launcher->framework;

    launcher_run_push(state, "support.settings", "read");
    lua_pushstring(state, framework->name);
    lua_pushvalue(state, -3);
    lua_pushstring(state, framework->settings);
    lua_call(state, 3, 2);
    if (lua_istable(state, -2)) {
        lua_pop(state, 1);
        lua_remove(state, -2);
        return true;
    }
    error_set(&run->error, ERROR_USER, "%s", luaL_tolstring(state, -1, NULL));
    return false;
}

bool launcher_run_push_settings(lua_State *state, struct launcher_run *run)
{
    const struct framework *framework = &run->launcher->framework;

    if (lua_getfield(state, -1, "settings") == LUA_TNIL)
        return push_no_settings(state, run);
    if (!lua_istable(state, -1)) {
        error_set(&run->error, ERROR_SITE, "launcher `%s`: its settings are no table",
                  framework->name);
        return false;
    }
    if (!framework->settings[0]) {
        push_defaults(state);
        return true;
    }
    return read_settings(state, run);
}

/* Returns the value that the step was given, or NULL. A variable that is empty counts as
 * one that is not set. */
static const char *find_given(const struct launcher_run *run, const char *name)
{
    size_t length = strlen(name);

    for (const char *const *given = run->layout.layout->given; given && *given; given++)
        if (strncmp(*given, name, length) == 0 && (*given)[length] == '=')
            return (*given)[length + 1] ? *given + length + 1 : NULL;
    return NULL;
}

/* Whether the name and the kind at the top are those of a variable that users may set. */
static bool is_users(lua_State *state)
{
    return lua_type(state, -2) == LUA_TSTRING && lua_type(state, -1) == LUA_TSTRING &&
           strcmp(lua_tostring(state, -1), "ours") != 0;
}

void launcher_run_push_given(lua_State *state, const struct launcher_run *run,
                             int launcher)
{
    int given;

    lua_newtable(state);
    given = lua_gettop(state);
    if (lua_getfield(state, launcher, "variables") == LUA_TTABLE)
        for (lua_pushnil(state); lua_next(state, given + 1); lua_pop(state, 1)) {
            const char *value =
                is_users(state) ? find_given(run, lua_tostring(state, -2)) : NULL;

            if (value) {
                lua_pushstring(state, value);
                lua_setfield(state, given, lua_tostring(state, -3));
            }
        }
    lua_settop(state, given);
}

struct lua_host *launcher_run_load(const struct launcher *launcher, bool trusted,
                                   const struct lua_host_limits *limits,
                                   struct error *error, struct error *cause)
{
    struct lua_host *host = NULL;
    char path[LAUNCHER_PATH_SIZE];
    char *text = NULL;
    size_t length;

    if (launcher_directory_path(launcher->directory, launcher->framework.name, path,
                                error) == 0)
        text = trusted ? trusted_file_read(path, &length, error)
                       : plain_file_read(path, &length, error);
    if (text)
        host = lua_host_create(launcher->directory, trusted, limits, error);
    if (host) {
        lua_gc(lua_host_state(host), LUA_GCSTOP);
        if (lua_host_load(host, text, length, strrchr(path, '/') + 1, cause) < 0) {
            lua_host_destroy(host);
            host = NULL;
        }
    }
    free(text);
    return host;
}

/* Calls the function with the launcher's chunk, which is at the top; or with the table
 * and the lists that a session left at the bottom of the stack. */
static int call(struct lua_host *host, struct launcher_run *run, lua_CFunction function,
                bool is_session, struct error *cause)
{
    lua_State *state = lua_host_state(host);

    lua_pushcfunction(state, function);
    if (is_session)
        lua_pushvalue(state, 1);
    else
        lua_insert(state, -2);
    lua_pushlightuserdata(state, run);
    if (is_session)
        lua_pushvalue(state, 2);
    else
        lua_pushnil(state);
    return lua_host_call(host, 3, 0, cause);
}

int launcher_run(struct launcher_run *run, lua_CFunction function, struct error *error)
{
    const struct launcher *launcher = run->launcher;
    struct lua_host *ready = launcher_session_host(launcher->session), *host = ready;
    struct error cause = {.party = ERROR_NONE};
    int status = -1;

    if (!host)
        host = launcher_run_load(launcher, false, &launcher_limits, error, &cause);
    if (host)
        status = call(host, run, function, ready != NULL, &cause);
    error_wrap(error, &cause, "launcher `%s` failed", launcher->framework.name);
    if (!ready)
        lua_host_destroy(host);
    return status < 0 ? -1 : error_pass(error, &run->error);
}

int launcher_run_answer(struct record **answer, struct launcher_run *run,
                        lua_CFunction function, struct error *error)
{
    *answer = NULL;
    run->answer = record_create_sized(LAUNCHER_ENVIRONMENT_MAX);
    if (!run->answer)
        return error_set(error, ERROR_NODE, "out of memory for the environment");
    if (launcher_run(run, function, error) < 0) {
        record_destroy(run->answer);
        return -1;
    }
    *answer = run->answer;
    return 0;
}
