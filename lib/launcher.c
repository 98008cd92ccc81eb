#include "launcher.h"

#include "launcher_layout.h"
#include "lua_environment.h"
#include "lua_host.h"
#include "trusted_file.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for a list of HOSTLIST_COUNT_MAX hosts in every form that a framework wants. */
static const struct lua_host_limits launcher_limits = {.memory = 256 << 20,
                                                       .milliseconds = 2000};

/* All that one run of a launcher needs, kept outside of Lua, so that an error that Lua
 * raises loses nothing. */
struct run {
    const struct framework *framework;
    struct expanded_layout layout;
    struct record *answer;
    struct error error; /* what the C function found, where Lua itself did not fail */
};

/* Reads what environment() returned: one table or two, or nil and a sentence. */
static void read_answer(lua_State *state, struct run *run)
{
    char source[NAME_LENGTH_MAX + 16];

    if (lua_isnil(state, -2) && lua_type(state, -1) == LUA_TSTRING) {
        error_set(&run->error, ERROR_USER, "%s", lua_tostring(state, -1));
        return;
    }
    if (!lua_istable(state, -2)) {
        error_set(&run->error, ERROR_SITE,
                  "launcher `%s`: environment() returned a %s and not a table, or nil "
                  "and a sentence",
                  run->framework->name, luaL_typename(state, -2));
        return;
    }
    snprintf(source, sizeof(source), "launcher `%s`", run->framework->name);
    if (lua_istable(state, -1) &&
        lua_environment_read(state, run->answer, LAUNCHER_DEFAULT_PREFIX, source,
                             &run->error) < 0)
        return;
    lua_pop(state, 1);
    lua_environment_read(state, run->answer, "", source, &run->error);
}

/* Runs the launcher's chunk, argument 1, and leaves its table. */
static bool open_launcher(lua_State *state, struct run *run)
{
    lua_pushvalue(state, 1);
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

static void push_from_settings(lua_State *state, const char *function)
{
    lua_getglobal(state, "require");
    lua_pushstring(state, "support.settings");
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

/* Pushes the user's settings and the defaults, { NAME = value }, by the table of the
 * launcher at the top. A site's own launchers need no support where they declare none. */
static bool push_settings(lua_State *state, struct run *run)
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
    push_from_settings(state, "read");
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

/* The functions of this kind run inside lua_host_call: argument 1 is the launcher's
 * chunk, 2 is struct run. */
static int run_environment(lua_State *state)
{
    struct run *run = lua_touserdata(state, 2);

    if (!open_launcher(state, run) || !push_settings(state, run))
        return 0;
    lua_getfield(state, -2, "environment");
    expanded_layout_push(state, &run->layout);
    lua_pushvalue(state, -3);
    lua_setfield(state, -2, "settings");
    lua_call(state, 1, 2);
    read_answer(state, run);
    return 0;
}

static int run_check(lua_State *state)
{
    struct run *run = lua_touserdata(state, 2);

    if (open_launcher(state, run))
        push_settings(state, run);
    return 0;
}

static void keep(struct run *run, const char *key, const char *text)
{
    if (text && record_set(run->answer, key, text) < 0)
        error_set(&run->error, ERROR_SITE, "launcher `%s` says too much of itself",
                  run->framework->name);
}

/* Adds the setting { name, form, about } at the top. */
static void describe_setting(lua_State *state, struct run *run)
{
    const char *parts[3];
    int row = lua_gettop(state);

    for (int i = 0; i < 3; i++) {
        lua_rawgeti(state, row, i + 1);
        parts[i] = luaL_tolstring(state, -1, NULL);
    }
    keep(run, lua_pushfstring(state, LAUNCHER_SETTING_PREFIX "%s", parts[0]),
         lua_pushfstring(state, "%s\t%s", parts[1], parts[2]));
}

static int run_describe(lua_State *state)
{
    static const char *const texts[] = {"title", "example", "mpi", "logs"};
    struct run *run = lua_touserdata(state, 2);
    int launcher, rows;

    if (!open_launcher(state, run))
        return 0;
    launcher = lua_gettop(state);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (lua_getfield(state, launcher, texts[i]) == LUA_TSTRING)
            keep(run, texts[i], lua_tostring(state, -1));
    if (lua_getfield(state, launcher, "settings") != LUA_TTABLE)
        return 0;
    push_from_settings(state, "describe");
    lua_insert(state, -2);
    lua_call(state, 1, 1);
    rows = lua_gettop(state);
    for (lua_Integer i = 1; lua_rawgeti(state, rows, i) == LUA_TTABLE; i++) {
        describe_setting(state, run);
        lua_settop(state, rows);
    }
    return 0;
}

static int run_in_lua(struct run *run, const char *launchers, lua_CFunction function,
                      struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    struct lua_host *host = NULL;
    char path[LAUNCHER_PATH_SIZE];
    char *text = NULL;
    size_t length;
    int status = -1;

    if (launcher_path(launchers, run->framework->name, path, error) == 0)
        text = plain_file_read(path, &length, error);
    if (text)
        host = lua_host_create(launchers, false, &launcher_limits, error);
    if (host) { /* a state of milliseconds: collecting costs more than it frees */
        lua_gc(lua_host_state(host), LUA_GCSTOP);
        lua_pushcfunction(lua_host_state(host), function);
        status = lua_host_load(host, text, length, strrchr(path, '/') + 1, &cause);
    }
    if (status == 0) {
        lua_pushlightuserdata(lua_host_state(host), run);
        status = lua_host_call(host, 2, 0, &cause);
    }
    if (cause.party != ERROR_NONE)
        error_set(error, cause.party, "launcher `%s` failed: %s", run->framework->name,
                  cause.text);
    lua_host_destroy(host);
    free(text);
    if (status == 0 && run->error.party != ERROR_NONE)
        status = error_set(error, run->error.party, "%s", run->error.text);
    return status;
}

/* As run_in_lua, with the answer for the caller. */
static int answer_from_lua(struct record **answer, struct run *run, const char *launchers,
                           lua_CFunction function, struct error *error)
{
    *answer = NULL;
    run->answer = record_create_sized(LAUNCHER_ENVIRONMENT_MAX);
    if (!run->answer)
        return error_set(error, ERROR_NODE, "out of memory for the environment");
    if (run_in_lua(run, launchers, function, error) < 0) {
        record_destroy(run->answer);
        return -1;
    }
    *answer = run->answer;
    return 0;
}

int launcher_environment(struct record **environment, const char *launchers,
                         const struct framework *framework, const struct layout *layout,
                         struct error *error)
{
    struct run run = {.framework = framework};
    int status;

    *environment = NULL;
    status = launcher_exists(launchers, framework->name, error);
    if (status == 0)
        status = expanded_layout_read(&run.layout, layout, error);
    if (status == 0)
        status = answer_from_lua(environment, &run, launchers, run_environment, error);
    expanded_layout_release(&run.layout);
    return status;
}

int launcher_check(const char *launchers, const struct framework *framework,
                   struct error *error)
{
    struct run run = {.framework = framework};

    if (!framework->settings[0])
        return launcher_exists(launchers, framework->name, error);
    return run_in_lua(&run, launchers, run_check, error);
}

int launcher_describe(struct record **description, const char *launchers,
                      const char *name, struct error *error)
{
    struct framework framework;
    struct run run = {.framework = &framework};

    *description = NULL;
    if (framework_parse(&framework, "framework", name, error) < 0)
        return -1;
    return answer_from_lua(description, &run, launchers, run_describe, error);
}
