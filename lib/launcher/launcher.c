/* launcher.c: asks a framework's launcher for the environment of a task. */
#include "lib/launcher/launcher.h"

#include "lib/launcher/launcher_directory.h"
#include "lib/launcher/launcher_run.h"
#include "lib/launcher/launcher_session.h"
#include "lib/lua/lua_environment.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum launcher_kind launcher_kind(const char *key, const char **name)
{
    static const struct {
        const char *prefix;
        enum launcher_kind kind;
    } kinds[] = {{LAUNCHER_DEFAULT_PREFIX, LAUNCHER_DEFAULTS},
                 {LAUNCHER_RANK_PREFIX, LAUNCHER_RANKS}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t length = strlen(kinds[i].prefix);

        if (strncmp(key, kinds[i].prefix, length) == 0) {
            *name = key + length;
            return kinds[i].kind;
        }
    }
    *name = key;
    return LAUNCHER_SETS;
}

/* Whether the launcher declares the variable as one of a rank. */
static bool is_of_rank(lua_State *state, int launcher, const char *name)
{
    static const char *const others[] = {"address", "port", "choice", "ours"};
    bool found = false;

    if (lua_getfield(state, launcher, "variables") == LUA_TTABLE) {
        found = lua_getfield(state, -1, name) == LUA_TSTRING;
        for (size_t i = 0; found && i < sizeof(others) / sizeof(others[0]); i++)
            found = strcmp(lua_tostring(state, -1), others[i]) != 0;
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return found;
}

/* Splits the table of all variables at the top: in its place come the table of the rank's
 * variables, and above it the table of the others. */
static void split_ranks(lua_State *state, int launcher)
{
    int all = lua_gettop(state), ranks = all + 1, others = all + 2;

    lua_newtable(state);
    lua_newtable(state);
    for (lua_pushnil(state); lua_next(state, all);) {
        bool is_rank = lua_type(state, -2) == LUA_TSTRING &&
                       is_of_rank(state, launcher, lua_tostring(state, -2));

        lua_pushvalue(state, -2);
        lua_insert(state, -2);
        lua_settable(state, is_rank ? ranks : others);
    }
    lua_remove(state, all);
}

/* Reads what environment() returned, which is one table or two, or nil and a sentence. */
static void read_answer(lua_State *state, struct launcher_run *run, int launcher)
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
                  run->launcher->framework.name, luaL_typename(state, -2));
        return;
    }
    snprintf(source, sizeof(source), "launcher `%s`", run->launcher->framework.name);
    if (lua_istable(state, -1) &&
        lua_environment_read(state, run->answer, LAUNCHER_DEFAULT_PREFIX, source,
                             &run->error) < 0)
        return;
    lua_pop(state, 1);
    split_ranks(state, launcher);
    if (lua_environment_read(state, run->answer, "", source, &run->error) < 0)
        return;
    lua_pop(state, 1);
    lua_environment_read(state, run->answer, LAUNCHER_RANK_PREFIX, source, &run->error);
}

/* The functions of this kind run inside launcher_run. */
static int run_environment(lua_State *state)
{
    struct launcher_run *run = lua_touserdata(state, 2);
    int launcher;

    if (!launcher_run_open(state, run))
        return 0;
    launcher = lua_gettop(state);
    if (!launcher_run_push_settings(state, run))
        return 0;
    lua_getfield(state, launcher, "environment");
    expanded_layout_push(state, &run->layout, 3);
    lua_pushvalue(state, -3);
    lua_setfield(state, -2, "settings");
    launcher_run_push_given(state, run, launcher);
    lua_setfield(state, -2, "given");
    lua_call(state, 1, 2);
    read_answer(state, run, launcher);
    return 0;
}

static int run_check(lua_State *state)
{
    struct launcher_run *run = lua_touserdata(state, 2);

    if (launcher_run_open(state, run))
        launcher_run_push_settings(state, run);
    return 0;
}

static void keep(struct launcher_run *run, const char *key, const char *text)
{
    if (text && record_set(run->answer, key, text) < 0)
        error_set(&run->error, ERROR_SITE, "launcher `%s` says too much of itself",
                  run->launcher->framework.name);
}

/* Adds the setting { name, form, about } at the top. */
static void describe_setting(lua_State *state, struct launcher_run *run)
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
    struct launcher_run *run = lua_touserdata(state, 2);
    int launcher, rows;

    if (!launcher_run_open(state, run))
        return 0;
    launcher = lua_gettop(state);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (lua_getfield(state, launcher, texts[i]) == LUA_TSTRING)
            keep(run, texts[i], lua_tostring(state, -1));
    if (lua_getfield(state, launcher, "settings") != LUA_TTABLE)
        return 0;
    launcher_run_push(state, "support.settings", "describe");
    lua_insert(state, -2);
    lua_call(state, 1, 1);
    rows = lua_gettop(state);
    for (lua_Integer i = 1; lua_rawgeti(state, rows, i) == LUA_TTABLE; i++) {
        describe_setting(state, run);
        lua_settop(state, rows);
    }
    return 0;
}

/* A launcher that a session has loaded need not be looked for. */
static int find(const struct launcher *launcher, struct error *error)
{
    return launcher_session_host(launcher->session)
               ? 0
               : launcher_directory_has(launcher->directory, launcher->framework.name,
                                        error);
}

int launcher_environment(struct record **environment, const struct launcher *launcher,
                         const struct layout *layout, struct error *error)
{
    struct launcher_run run = {.launcher = launcher};
    int status;

    *environment = NULL;
    status = find(launcher, error);
    if (status == 0)
        status = launcher_session_expand(launcher->session, &run.layout, layout, error);
    if (status == 0)
        status = launcher_run_answer(environment, &run, run_environment, error);
    expanded_layout_release(&run.layout);
    return status;
}

int launcher_check(const struct launcher *launcher, struct error *error)
{
    struct launcher_run run = {.launcher = launcher};

    if (launcher_session_has_answer(launcher->session))
        return 0;
    if (!launcher->framework.settings[0])
        return find(launcher, error);
    return launcher_run(&run, run_check, error);
}

int launcher_describe(struct record **description, const struct launcher *launcher,
                      struct error *error)
{
    struct launcher_run run = {.launcher = launcher};

    return launcher_run_answer(description, &run, run_describe, error);
}
