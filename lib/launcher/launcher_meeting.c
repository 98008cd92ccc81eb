/* launcher_meeting.c: asks a launcher where the tasks of a step meet. */
#include "lib/launcher/launcher_meeting.h"

#include "lib/launcher/launcher_directory.h"
#include "lib/launcher/launcher_run.h"
#include "lib/lua/lua_environment.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse_meeting(struct launcher_run *run, const char *what)
{
    return error_set(
        &run->error, ERROR_SITE,
        "launcher `%s`: meeting() returned a %s and not a table, or nil and a "
        "sentence",
        run->launcher->framework.name, what);
}

/* Pushes the two values of meeting(layout), or where the launcher has no such function
 * those of the common address; both arguments are indexes. */
static void call_meeting(lua_State *state, int launcher, int layout)
{
    if (lua_getfield(state, launcher, "meeting") != LUA_TFUNCTION) {
        lua_pop(state, 1);
        launcher_run_push(state, "support.rendezvous", "meeting");
    }
    lua_pushvalue(state, layout);
    lua_call(state, 1, 2);
}

/* Returns whether there is a table, and leaves it at the top. */
static bool take_meeting(lua_State *state, struct launcher_run *run)
{
    if (lua_isnil(state, -2) && lua_type(state, -1) == LUA_TSTRING) {
        error_set(&run->error, ERROR_USER, "%s", lua_tostring(state, -1));
        return false;
    }
    lua_pop(state, 1);
    if (!lua_istable(state, -1)) {
        refuse_meeting(run, luaL_typename(state, -1));
        return false;
    }
    return true;
}

/* Where the launcher names no address, the check itself meets at the common one. */
static bool complete_meeting(lua_State *state, struct launcher_run *run, int layout)
{
    static const char *const address[] = {"node", "port"};

    if (lua_getfield(state, -1, "node") != LUA_TNIL) {
        lua_pop(state, 1);
        return true;
    }
    lua_pop(state, 1);
    launcher_run_push(state, "support.rendezvous", "meeting");
    lua_pushvalue(state, layout);
    lua_call(state, 1, 2);
    if (!take_meeting(state, run))
        return false;
    for (size_t i = 0; i < sizeof(address) / sizeof(address[0]); i++) {
        lua_getfield(state, -1, address[i]);
        lua_setfield(state, -3, address[i]);
    }
    lua_pop(state, 1);
    return true;
}

static int run_meeting(lua_State *state)
{
    struct launcher_run *run = lua_touserdata(state, 2);
    char source[NAME_LENGTH_MAX + 32];
    int launcher, layout;

    if (!launcher_run_open(state, run))
        return 0;
    launcher = lua_gettop(state);
    if (!launcher_run_push_settings(state, run))
        return 0;
    expanded_layout_push(state, &run->layout, 3);
    lua_insert(state, -2);
    lua_setfield(state, -2, "settings");
    launcher_run_push_given(state, run, launcher);
    lua_setfield(state, -2, "given");
    layout = lua_gettop(state);
    call_meeting(state, launcher, layout);
    if (!take_meeting(state, run) || !complete_meeting(state, run, layout))
        return 0;
    snprintf(source, sizeof(source), "launcher `%s`: meeting()",
             run->launcher->framework.name);
    lua_environment_read(state, run->answer, "", source, &run->error);
    return 0;
}

static unsigned number_in(const struct record *record, const char *key)
{
    const char *text = record_get(record, key);

    return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static int read_meeting(struct meeting *meeting, const struct record *answer,
                        const char *framework, struct error *error)
{
    const char *node = record_get(answer, "node");
    const char *directory = record_get(answer, "directory");

    meeting->port = number_in(answer, "port");
    meeting->own_port = number_in(answer, "own_port");
    if (!node || strlen(node) >= sizeof(meeting->node) || meeting->port < 1 ||
        meeting->port > 65535 || meeting->own_port > 65535 ||
        (directory && *directory != '/'))
        return error_set(error, ERROR_SITE,
                         "launcher `%s`: meeting() returned no node with a port of 1 to "
                         "65535, or a directory that is no path from the root",
                         framework);
    strcpy(meeting->node, node);
    if (directory && !(meeting->directory = strdup(directory)))
        return error_set(error, ERROR_NODE, "out of memory for the meeting point");
    return 0;
}

int launcher_meeting(struct meeting *meeting, const struct launcher *launcher,
                     const struct layout *layout, struct error *error)
{
    struct launcher_run run = {.launcher = launcher};
    const char *name = launcher->framework.name;
    struct record *answer = NULL;
    int status;

    memset(meeting, 0, sizeof(*meeting));
    status = launcher_directory_has(launcher->directory, name, error);
    if (status == 0)
        status = expanded_layout_read(&run.layout, layout, error);
    if (status == 0)
        status = launcher_run_answer(&answer, &run, run_meeting, error);
    if (status == 0) {
        meeting->rank = expanded_layout_rank(&run.layout);
        meeting->nodes = run.layout.nodes;
        meeting->tasks_per_node = run.layout.tasks_per_node;
        run.layout.nodes = (struct hostlist){.count = 0};
        run.layout.tasks_per_node = NULL;
        status = read_meeting(meeting, answer, name, error);
    }
    record_destroy(answer);
    expanded_layout_release(&run.layout);
    return status;
}

void launcher_meeting_release(struct meeting *meeting)
{
    free(meeting->directory);
    free(meeting->tasks_per_node);
    hostlist_release(&meeting->nodes);
    memset(meeting, 0, sizeof(*meeting));
}
