/* policy_engine.c: the policy's engine in Lua, and a call of it. */
#include "lib/policy/policy_engine.h"

#include "lib/protocol/release.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct lua_host_limits policy_engine_job_limits = {.memory = 64 << 20,
                                                         .milliseconds = 200};
const struct lua_host_limits policy_engine_command_limits = {.memory = 512u << 20,
                                                             .milliseconds = 10000};

/* In percent: an engine lives for one question, and what it compiles stays, so that its
 * collector begins again at four times the memory that was left. */
#define COLLECTOR_PAUSE 400

struct policy_engine {
    struct lua_host *lua;
    char **problems; /* ended by NULL; NULL for none */
};

/* What the function inside Lua works on. */
struct policy_question {
    struct policy_engine *engine;
    struct policy_text *text;
    const struct policy_call *call;
};

static void release_problems(struct policy_engine *engine)
{
    for (size_t i = 0; engine->problems && engine->problems[i]; i++)
        free(engine->problems[i]);
    free(engine->problems);
    engine->problems = NULL;
}

/* The problems are at the top: an array of sentences. */
static void keep_problems(lua_State *state, struct policy_engine *engine)
{
    size_t count = lua_istable(state, -1) ? lua_rawlen(state, -1) : 0, kept = 0;

    engine->problems = calloc(count + 2, sizeof(*engine->problems));
    for (size_t i = 0; engine->problems && i < count; i++) {
        if (lua_rawgeti(state, -1, (lua_Integer)i + 1) == LUA_TSTRING)
            engine->problems[kept] = strdup(lua_tostring(state, -1));
        kept += engine->problems[kept] != NULL;
        lua_pop(state, 1);
    }
    if (engine->problems && kept == 0)
        engine->problems[kept++] = strdup("the engine gave no reason");
    if (kept == 0 || !engine->problems[0])
        luaL_error(state, "out of memory for what is wrong with the policy");
}

/* read(name) of the engine: a file that the policy includes, from its own directory. */
static int read_included(lua_State *state)
{
    struct policy_text *text = lua_touserdata(state, lua_upvalueindex(1));
    struct error error = {.party = ERROR_NONE};
    const struct policy_file *file =
        policy_text_include(text, luaL_checkstring(state, 1), &error);

    if (!file) {
        lua_pushnil(state);
        lua_pushstring(state, error.text);
        return 2;
    }
    lua_pushlstring(state, file->text, file->length);
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

/* The modules are files beside the program, of a package that may be of another release.
 * Raises an error where they do not understand this one. */
static void check_release(lua_State *state)
{
    char its[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE], number[RELEASE_WORD_SIZE];

    lua_getglobal(state, "require");
    lua_pushliteral(state, "atelier.base.agreed");
    lua_call(state, 1, 1);
    lua_getfield(state, -1, "RELEASE");
    lua_getfield(state, -2, "ENGINE_PROTOCOL");
    snprintf(number, sizeof(number), "%d", ENGINE_PROTOCOL);
    if (!lua_isinteger(state, -1) || lua_tointeger(state, -1) != ENGINE_PROTOCOL)
        luaL_error(state,
                   "it is %s, and this program %s, which do not understand each other: "
                   "install both of one release",
                   release_name(its, lua_tostring(state, -2), lua_tostring(state, -1)),
                   release_name(ours, RELEASE, number));
    lua_pop(state, 3);
}

/* What follows runs inside lua_host_call with a light userdata, the question, and each
 * has the limits for itself. */

/* Reads the modules of what will be called, so that this counts neither as the policy's
 * time nor as the function's. */
static int read_modules(lua_State *state)
{
    const struct policy_question *question = lua_touserdata(state, 1);

    if (question->text)
        push_function(state, "atelier.engine", "load");
    check_release(state);
    if (question->call)
        push_function(state, question->call->module, question->call->function);
    return 0;
}

/* The policy stays in the registry under the engine's address. */
static int load_policy(lua_State *state)
{
    const struct policy_question *question = lua_touserdata(state, 1);
    struct policy_text *text = question->text;

    push_function(state, "atelier.engine", "load");
    lua_pushlstring(state, text->files[0].text, text->files[0].length);
    lua_pushstring(state, text->files[0].name);
    lua_pushlightuserdata(state, text);
    lua_pushcclosure(state, read_included, 1);
    lua_call(state, 3, 2);
    if (!lua_toboolean(state, -2))
        keep_problems(state, question->engine);
    lua_pop(state, 1);
    lua_rawsetp(state, LUA_REGISTRYINDEX, question->engine);
    return 0;
}

static int make_call(lua_State *state)
{
    const struct policy_question *question = lua_touserdata(state, 1);
    const struct policy_call *call = question->call;
    int count = 1;

    push_function(state, call->module, call->function);
    lua_rawgetp(state, LUA_REGISTRYINDEX, question->engine);
    if (call->push)
        count += call->push(state, call->asked);
    lua_call(state, count, call->results);
    if (call->take)
        call->take(state, call->answer);
    return 0;
}

static int run(lua_CFunction step, const struct policy_question *question,
               struct error *error)
{
    struct lua_host *lua = question->engine->lua;

    lua_pushcfunction(lua_host_state(lua), step);
    lua_pushlightuserdata(lua_host_state(lua), (void *)question);
    return lua_host_call(lua, 1, 0, error);
}

struct policy_engine *policy_engine_create(const char *modules, bool trusted,
                                           const struct lua_host_limits *limits,
                                           struct error *error)
{
    struct policy_engine *engine = calloc(1, sizeof(*engine));

    if (!engine) {
        error_set(error, ERROR_NODE, "out of memory for the policy's engine");
        return NULL;
    }
    engine->lua = lua_host_create(modules, trusted, limits, error);
    if (!engine->lua) {
        free(engine);
        return NULL;
    }
    lua_gc(lua_host_state(engine->lua), LUA_GCINC, COLLECTOR_PAUSE, 0, 0);
    return engine;
}

void policy_engine_destroy(struct policy_engine *engine)
{
    if (!engine)
        return;
    lua_host_destroy(engine->lua);
    release_problems(engine);
    free(engine);
}

int policy_engine_ask(struct policy_engine *engine, struct policy_text *text,
                      const struct policy_call *call, struct error *error)
{
    struct policy_question question = {.engine = engine, .text = text, .call = call};

    if (run(read_modules, &question, error) < 0)
        return -1;
    if (text) {
        release_problems(engine);
        if (run(load_policy, &question, error) < 0)
            return -1;
    }
    return call && !(text && engine->problems) ? run(make_call, &question, error) : 0;
}

const char *const *policy_engine_problems(const struct policy_engine *engine)
{
    static const char *const none[] = {NULL};

    return engine->problems ? (const char *const *)engine->problems : none;
}
