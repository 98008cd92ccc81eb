#include "launcher.h"

#include "hostlist.h"
#include "lua_environment.h"
#include "lua_host.h"
#include "name.h"
#include "trusted_file.h"

#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 1024
#define SUFFIX ".lua"

/* Room for a list of HOSTLIST_COUNT_MAX hosts in every form that a framework wants. */
static const struct lua_host_limits launcher_limits = {.memory = 256 << 20,
                                                       .milliseconds = 2000};

/* All that one run of a launcher needs, kept outside of Lua, so that an error that Lua
 * raises loses nothing. */
struct run {
    const char *framework;
    const struct layout *layout;
    struct hostlist nodes;
    unsigned *tasks_per_node;
    struct hostlist ports;
    struct record *environment;
    struct error error; /* what the C function found, where Lua itself did not fail */
};

static int is_launcher(const struct dirent *entry)
{
    char name[NAME_LENGTH_MAX + 1];
    size_t length = strlen(entry->d_name);
    size_t suffix = strlen(SUFFIX);

    if (length <= suffix || length - suffix > NAME_LENGTH_MAX ||
        strcmp(entry->d_name + length - suffix, SUFFIX) != 0)
        return 0;
    memcpy(name, entry->d_name, length - suffix);
    name[length - suffix] = '\0';
    return name_is_valid(name);
}

/* strcmp, since alphasort follows the user's locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int refuse_framework(const char *launchers, const char *framework,
                            struct error *error)
{
    char quoted[NAME_QUOTED_SIZE], known[ERROR_TEXT_SIZE] = "";
    struct dirent **entries;
    size_t used = 0;
    int count = scandir(launchers, &entries, is_launcher, by_name);

    if (count < 0)
        return error_set(error, ERROR_SITE, "cannot list the launchers of %s: %s",
                         launchers, strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;

        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%.*s",
                                     i ? ", " : "", (int)(strlen(name) - strlen(SUFFIX)),
                                     name);
        free(entries[i]);
    }
    free(entries);
    if (count == 0)
        return error_set(error, ERROR_SITE, "no launcher is installed in %s", launchers);
    name_quote(framework, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "framework `%s` is not known here: choose one of %s", quoted, known);
}

/* Writes LAUNCHERS/framework.lua. */
static int launcher_path(const char *launchers, const char *framework, char *path,
                         struct error *error)
{
    struct stat status;
    int length = -1;

    if (name_is_valid(framework))
        length = snprintf(path, PATH_SIZE, "%s/%s%s", launchers, framework, SUFFIX);
    if (length > 0 && length < PATH_SIZE && stat(path, &status) == 0 &&
        S_ISREG(status.st_mode))
        return 0;
    return refuse_framework(launchers, framework, error);
}

int launcher_exists(const char *launchers, const char *framework, struct error *error)
{
    char path[PATH_SIZE];

    return launcher_path(launchers, framework, path, error);
}

static void set_number(lua_State *state, const char *field, unsigned number)
{
    lua_pushinteger(state, number);
    lua_setfield(state, -2, field);
}

static void set_nodes(lua_State *state, const struct run *run)
{
    lua_createtable(state, (int)run->nodes.count, 0);
    for (size_t i = 0; i < run->nodes.count; i++) {
        lua_pushstring(state, run->nodes.hosts[i]);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "nodes");
    lua_createtable(state, (int)run->nodes.count, 0);
    for (size_t i = 0; i < run->nodes.count; i++) {
        lua_pushinteger(state, run->tasks_per_node[i]);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "tasks_per_node");
}

static void set_ports(lua_State *state, const struct run *run)
{
    if (run->ports.count == 0)
        return;
    lua_createtable(state, (int)run->ports.count, 0);
    for (size_t i = 0; i < run->ports.count; i++) {
        lua_pushinteger(state, strtol(run->ports.hosts[i], NULL, 10));
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "reserved_ports");
}

static void push_layout(lua_State *state, const struct run *run)
{
    const struct layout *layout = run->layout;

    lua_newtable(state);
    set_nodes(state, run);
    set_ports(state, run);
    set_number(state, "job", layout->job);
    set_number(state, "step", layout->step);
    set_number(state, "tasks", layout->tasks);
    set_number(state, "rank", layout->rank);
    set_number(state, "local_rank", layout->local_rank);
    set_number(state, "node_rank", layout->node_rank);
    set_number(state, "local_tasks", run->tasks_per_node[layout->node_rank]);
    if (layout->cpus_per_task > 0)
        set_number(state, "cpus_per_task", layout->cpus_per_task);
}

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
                  run->framework, luaL_typename(state, -2));
        return;
    }
    snprintf(source, sizeof(source), "launcher `%s`", run->framework);
    if (lua_istable(state, -1) &&
        lua_environment_read(state, run->environment, LAUNCHER_DEFAULT_PREFIX, source,
                             &run->error) < 0)
        return;
    lua_pop(state, 1);
    lua_environment_read(state, run->environment, "", source, &run->error);
}

/* Runs inside lua_host_call: argument 1 is the launcher's chunk, 2 is struct run. */
static int run_launcher(lua_State *state)
{
    struct run *run = lua_touserdata(state, 2);

    lua_pushvalue(state, 1);
    lua_call(state, 0, 1);
    if (!lua_istable(state, -1) || lua_getfield(state, -1, "title") != LUA_TSTRING ||
        lua_getfield(state, -2, "environment") != LUA_TFUNCTION) {
        error_set(&run->error, ERROR_SITE,
                  "launcher `%s` does not return { title = \"...\", environment = "
                  "function(layout) ... end }",
                  run->framework);
        return 0;
    }
    push_layout(state, run);
    lua_call(state, 1, 2);
    read_answer(state, run);
    return 0;
}

/* Slurm's text is a bare list of numbers: in brackets it is a host list without names. */
static int expand_ports(struct run *run, struct error *error)
{
    const char *text = run->layout->reserved_ports;
    char *bracketed;
    int status;

    if (!text || !*text)
        return 0;
    if (asprintf(&bracketed, *text == '[' ? "%s" : "[%s]", text) < 0)
        return error_set(error, ERROR_NODE, "out of memory for the reserved ports");
    status = hostlist_expand(&run->ports, bracketed, error);
    free(bracketed);
    return status;
}

static int expand_layout(struct run *run, struct error *error)
{
    const struct layout *layout = run->layout;
    size_t count;

    if (hostlist_expand(&run->nodes, layout->nodes, error) < 0)
        return -1;
    run->tasks_per_node = hostlist_expand_counts(layout->tasks_per_node, &count, error);
    if (!run->tasks_per_node || expand_ports(run, error) < 0)
        return -1;
    if (count != run->nodes.count || layout->node_rank >= count)
        return error_set(error, ERROR_NODE,
                         "Slurm's layout contradicts itself: %zu nodes, %zu counts of "
                         "tasks, node rank %u",
                         run->nodes.count, count, layout->node_rank);
    return 0;
}

/* Loads and runs the launcher; `run->environment` takes the variables. */
static int run_in_lua(struct run *run, const char *launchers, const char *path,
                      struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    struct lua_host *host = NULL;
    size_t length;
    char *text = plain_file_read(path, &length, error);
    int status = -1;

    if (text)
        host = lua_host_create(launchers, false, &launcher_limits, error);
    if (host) {
        lua_pushcfunction(lua_host_state(host), run_launcher);
        status = lua_host_load(host, text, length, strrchr(path, '/') + 1, &cause);
    }
    if (status == 0) {
        lua_pushlightuserdata(lua_host_state(host), run);
        status = lua_host_call(host, 2, 0, &cause);
    }
    if (cause.party != ERROR_NONE)
        error_set(error, cause.party, "launcher `%s` failed: %s", run->framework,
                  cause.text);
    lua_host_destroy(host);
    free(text);
    return status;
}

int launcher_environment(struct record **environment, const char *launchers,
                         const char *framework, const struct layout *layout,
                         struct error *error)
{
    struct run run = {.framework = framework, .layout = layout};
    char path[PATH_SIZE];
    int status = launcher_path(launchers, framework, path, error);

    *environment = NULL;
    if (status < 0)
        return -1;
    run.environment = record_create();
    if (!run.environment)
        status = error_set(error, ERROR_NODE, "out of memory for the environment");
    if (status == 0)
        status = expand_layout(&run, error);
    if (status == 0)
        status = run_in_lua(&run, launchers, path, error);
    if (status == 0 && run.error.party != ERROR_NONE)
        status = error_set(error, run.error.party, "%s", run.error.text);
    hostlist_release(&run.nodes);
    hostlist_release(&run.ports);
    free(run.tasks_per_node);
    if (status == 0)
        *environment = run.environment;
    else
        record_destroy(run.environment);
    return status;
}
