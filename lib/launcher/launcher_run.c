/* launcher_run.c: runs a launcher's functions once, on one layout. */
#include "lib/launcher/launcher_run.h"

#include "lib/launcher/launcher_load.h"
#include "lib/launcher/launcher_prepared.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* Room for a list of HOSTLIST_COUNT_MAX hosts in every form that a framework wants. */
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
              run->framework->name);
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

/* Pushes the defaults of the declared settings at the top, in its place: for most tasks
 * that is all, and the module that reads settings need not be compiled. */
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

/* A site's own launchers need no support where they declare none. */
bool launcher_run_push_settings(lua_State *state, struct launcher_run *run)
{
    const struct framework *framework = run->framework;

    if (lua_getfield(state, -1, "settings") == LUA_TNIL) {
        lua_pop(state, 1);
        lua_newtable(state);
        if (!framework->settings[0])
            return true;
        error_set(&run->error, ERROR_USER,
                  "framework `%s` has no settings: leave out `:%s`", framework->name,
                  framework->settings);
        return false;
    }
    if (!lua_istable(state, -1)) {
        error_set(&run->error, ERROR_SITE, "launcher `%s`: its settings are no table",
                  framework->name);
        return false;
    }
    if (!framework->settings[0]) {
        push_defaults(state);
        return true;
    }
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

/* Empty is as good as not set. */
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

int launcher_run(struct launcher_run *run, const char *launchers, lua_CFunction function,
                 struct error *error)
{
    struct lua_host *ready = launcher_prepared(launchers, run->framework->name);
    struct lua_host *host = ready;
    struct error cause = {.party = ERROR_NONE};
    int status = -1;

    if (ready) {
        lua_pushcfunction(lua_host_state(ready), function);
        lua_pushvalue(lua_host_state(ready), 1);
    } else {
        host = launcher_load(launchers, run->framework->name, false, &launcher_limits,
                             error, &cause);
        if (host) {
            lua_pushcfunction(lua_host_state(host), function);
            lua_insert(lua_host_state(host), -2);
        }
    }
    if (host) {
        lua_pushlightuserdata(lua_host_state(host), run);
        if (ready)
            lua_pushvalue(lua_host_state(ready), 2);
        else
            lua_pushnil(lua_host_state(host));
        status = lua_host_call(host, 3, 0, &cause);
    }
    error_wrap(error, &cause, "launcher `%s` failed", run->framework->name);
    if (!ready)
        lua_host_destroy(host);
    return status < 0 ? -1 : error_pass(error, &run->error);
}

int launcher_run_answer(struct record **answer, struct launcher_run *run,
                        const char *launchers, lua_CFunction function,
                        struct error *error)
{
    *answer = NULL;
    run->answer = record_create_sized(LAUNCHER_ENVIRONMENT_MAX);
    if (!run->answer)
        return error_set(error, ERROR_NODE, "out of memory for the environment");
    if (launcher_run(run, launchers, function, error) < 0) {
        record_destroy(run->answer);
        return -1;
    }
    *answer = run->answer;
    return 0;
}
