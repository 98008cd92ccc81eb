/* policy_host.c: loads the policy and its engine for a command. */
#include "cli/policy_host.h"

#include "cli/lua_json.h"
#include "lib/lua/lua_host.h"
#include "lib/trusted_file.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096
#define RESULTS 2

/* Somebody waits for the answer, but nothing else does. */
static const struct lua_host_limits command_limits = {.memory = 512u << 20,
                                                      .milliseconds = 10000};

struct policy_host {
    struct lua_host *lua;
    char path[PATH_SIZE];
    bool trusted;
    char *included; /* the text of the last file that the policy included */
    json_t *files, *problems;
};

/* What a function inside Lua works on: nothing of it is lost when Lua raises. */
struct policy_question {
    struct policy_host *host;
    const char *text; /* of the policy */
    size_t length;
    const char *module, *function;
    const json_t *argument;
    const char *name; /* of a value, which `push` makes of `data` */
    policy_host_push *push;
    const void *data;
    json_t *results;
};

static char *read_text(const struct policy_host *host, const char *path, size_t *length,
                       struct error *error)
{
    if (host->trusted)
        json_array_append_new(host->files, json_string(path));
    return host->trusted ? trusted_file_read(path, length, error)
                         : plain_file_read(path, length, error);
}

/* read(name) for the engine: a file of the policy's own directory. The engine gives bare
 * names only; a slash is refused here again. */
static int read_include(lua_State *state)
{
    struct policy_host *host = lua_touserdata(state, lua_upvalueindex(1));
    const char *name = luaL_checkstring(state, 1);
    const char *slash = strrchr(host->path, '/');
    struct error error = {.party = ERROR_NONE};
    char path[PATH_SIZE];
    size_t length;
    int written = snprintf(path, sizeof(path), "%.*s%s",
                           slash ? (int)(slash + 1 - host->path) : 0, host->path, name);

    free(host->included);
    host->included = NULL;
    if (strchr(name, '/') || *name == '.' || written >= PATH_SIZE)
        error_set(&error, ERROR_SITE, "it is not the name of a file beside the policy");
    else
        host->included = read_text(host, path, &length, &error);
    if (!host->included) {
        lua_pushnil(state);
        lua_pushstring(state, error.text);
        return 2;
    }
    lua_pushlstring(state, host->included, length);
    return 1;
}

static void push_function(lua_State *state, const char *module, const char *function)
{
    lua_getglobal(state, "require");
    lua_pushstring(state, module);
    lua_call(state, 1, 1);
    lua_getfield(state, -1, function);
    lua_remove(state, -2);
}

/* Runs inside lua_host_call with a light userdata, the question. The policy stays in the
 * registry under the host's address. */
static int load(lua_State *state)
{
    struct policy_question *question = lua_touserdata(state, 1);

    push_function(state, "atelier.engine", "load");
    lua_pushlstring(state, question->text, question->length);
    lua_pushstring(state, question->host->path);
    lua_pushlightuserdata(state, question->host);
    lua_pushcclosure(state, read_include, 1);
    lua_call(state, 3, 2);
    if (lua_istable(state, -2)) {
        lua_pushvalue(state, -2);
        lua_rawsetp(state, LUA_REGISTRYINDEX, question->host);
        return 0;
    }
    if (!lua_istable(state, -1))
        return luaL_error(state, "the engine gave neither a policy nor a reason");
    lua_json_append(state, question->results);
    return 0;
}

static int call(lua_State *state)
{
    struct policy_question *question = lua_touserdata(state, 1);

    push_function(state, question->module, question->function);
    lua_rawgetp(state, LUA_REGISTRYINDEX, question->host);
    lua_json_push(state, question->argument);
    lua_call(state, 2, RESULTS);
    lua_pushvalue(state, -RESULTS);
    lua_json_append(state, question->results);
    lua_pop(state, 1);
    lua_json_append(state, question->results);
    return 0;
}

static int give(lua_State *state)
{
    struct policy_question *question = lua_touserdata(state, 1);

    push_function(state, question->module, question->function);
    lua_pushstring(state, question->name);
    question->push(state, question->data);
    lua_call(state, 2, 0);
    return 0;
}

/* Returns 0 with `question->results` filled. */
static int ask(struct policy_question *question, lua_CFunction function,
               struct error *error)
{
    struct lua_host *lua = question->host->lua;

    question->results = json_array();
    lua_pushcfunction(lua_host_state(lua), function);
    lua_pushlightuserdata(lua_host_state(lua), question);
    if (lua_host_call(lua, 1, 0, error) == 0)
        return 0;
    json_decref(question->results);
    return -1;
}

static int load_text(struct policy_host *host, const struct settings *settings,
                     struct error *error)
{
    struct policy_question question = {.host = host};
    char *text = read_text(host, host->path, &question.length, error);
    int status = -1;

    if (text && !host->lua)
        host->lua = lua_host_create(settings->lua, host->trusted, &command_limits, error);
    question.text = text;
    if (text && host->lua)
        status = ask(&question, load, error);
    free(text);
    if (status < 0)
        return -1;
    host->problems = json_array_size(question.results) > 0
                         ? json_incref(json_array_get(question.results, 0))
                         : json_array();
    json_decref(question.results);
    return 0;
}

bool policy_host_is_hidden(const struct settings *settings, const char *path)
{
    return !path && access(settings->policy, R_OK) < 0 && errno == EACCES;
}

int policy_host_read(struct policy_host *host, const struct settings *settings,
                     const char *path, struct error *error)
{
    if (policy_host_is_hidden(settings, path))
        return error_set(error, ERROR_SITE,
                         "the site keeps its policy, %s, from its users: ask your "
                         "administrator, or do this as root",
                         settings->policy);
    if (snprintf(host->path, sizeof(host->path), "%s", path ? path : settings->policy) >=
        PATH_SIZE)
        return error_set(error, ERROR_USER, "the path `%.80s...` is too long", path);
    json_decref(host->files);
    json_decref(host->problems);
    host->trusted = !path;
    host->files = json_array();
    host->problems = NULL;
    return load_text(host, settings, error);
}

int policy_host_refuse_problems(const struct policy_host *host, struct error *error)
{
    if (json_array_size(host->problems) == 0)
        return 0;
    return error_set(error, ERROR_SITE,
                     "%s; `atelier policy check` says all that is wrong",
                     json_string_value(json_array_get(host->problems, 0)));
}

struct policy_host *policy_host_load(const struct settings *settings, const char *path,
                                     struct error *error)
{
    struct policy_host *host = calloc(1, sizeof(*host));

    if (!host)
        error_set(error, ERROR_NODE, "out of memory for the policy");
    else if (policy_host_read(host, settings, path, error) == 0)
        return host;
    policy_host_destroy(host);
    return NULL;
}

struct policy_host *policy_host_without(const struct settings *settings, bool trusted,
                                        struct error *error)
{
    struct policy_host *host = calloc(1, sizeof(*host));

    if (!host) {
        error_set(error, ERROR_NODE, "out of memory for the engine");
        return NULL;
    }
    host->problems = json_array();
    host->lua = lua_host_create(settings->lua, trusted, &command_limits, error);
    if (host->lua)
        return host;
    policy_host_destroy(host);
    return NULL;
}

struct policy_host *policy_host_open(const struct settings *settings, const char *path,
                                     struct error *error)
{
    struct policy_host *host = policy_host_load(settings, path, error);

    if (host && policy_host_refuse_problems(host, error) == 0)
        return host;
    policy_host_destroy(host);
    return NULL;
}

void policy_host_destroy(struct policy_host *host)
{
    if (!host)
        return;
    lua_host_destroy(host->lua);
    json_decref(host->problems);
    json_decref(host->files);
    free(host->included);
    free(host);
}

const char *policy_host_path(const struct policy_host *host)
{
    return host->path;
}

const json_t *policy_host_files(const struct policy_host *host)
{
    return host->files;
}

json_t *policy_host_problems(const struct policy_host *host)
{
    return host->problems;
}

json_t *policy_host_call(struct policy_host *host, const char *module,
                         const char *function, const json_t *argument,
                         struct error *error)
{
    struct policy_question question = {
        .host = host, .module = module, .function = function, .argument = argument};

    return ask(&question, call, error) == 0 ? question.results : NULL;
}

int policy_host_give(struct policy_host *host, const char *module, const char *function,
                     const char *name, policy_host_push *push, const void *data,
                     struct error *error)
{
    struct policy_question question = {.host = host,
                                       .module = module,
                                       .function = function,
                                       .name = name,
                                       .push = push,
                                       .data = data};

    if (ask(&question, give, error) < 0)
        return -1;
    json_decref(question.results);
    return 0;
}
