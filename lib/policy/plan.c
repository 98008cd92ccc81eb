/* plan.c: asks the policy's engine for the plan of one job on this node. */
#include "lib/policy/plan.h"

#include "lib/lua/lua_host.h"
#include "lib/option/mount_list.h"
#include "lib/policy/plan_answer.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* These limits hold for loading the policy and deciding together: a job waits for
 * both. */
static const struct lua_host_limits policy_limits = {.memory = 64 << 20,
                                                     .milliseconds = 200};

/* What the function inside Lua works on; it lies outside of Lua, so that it is not lost
 * when Lua raises. */
struct plan_question {
    const struct settings *settings;
    const struct facts *facts;
    struct policy_text *policy;
    struct plan *plan;
    bool has_workspace;
    struct error error; /* what was found where Lua itself did not fail */
    struct error left;  /* why the job is left alone */
};

static void push_fact(lua_State *state, const struct facts *facts,
                      const struct fact *fact)
{
    if (fact->kind != FACT_TEXT)
        lua_pushinteger(state, fact_number(facts, fact));
    else if (*fact_text(facts, fact))
        lua_pushstring(state, fact_text(facts, fact));
    else
        return;
    lua_setfield(state, -2, fact->key);
}

static void set_text(lua_State *state, const char *field, const char *text)
{
    if (!text || !*text)
        return;
    lua_pushstring(state, text);
    lua_setfield(state, -2, field);
}

static void push_facts(lua_State *state, const struct facts *facts)
{
    lua_newtable(state);
    for (size_t i = 0; i < facts_known_count; i++)
        if (facts_known[i].is_for_policy)
            push_fact(state, facts, &facts_known[i]);
    set_text(state, "user", facts->user);
    set_text(state, "framework_settings", facts->framework_settings);
    if (facts->record) {
        lua_pushstring(state, facts->record); /* "" is a record that holds nothing */
        lua_setfield(state, -2, "record");
    }
    lua_newtable(state);
    for (size_t i = 0; i < facts->group_count; i++) {
        lua_pushstring(state, facts->groups[i]);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    lua_setfield(state, -2, "groups");
}

/* Reports the problems at the top: an array of sentences, of which the first is
 * enough. */
static void report_problems(lua_State *state, struct plan_question *question)
{
    const char *path = question->settings->policy;
    const char *first = NULL;
    size_t count = 0;

    if (lua_istable(state, -1)) {
        count = lua_rawlen(state, -1);
        if (lua_rawgeti(state, -1, 1) == LUA_TSTRING)
            first = lua_tostring(state, -1);
    }
    if (!first)
        first = "the engine gave no reason";
    if (count > 1)
        error_set(&question->error, ERROR_SITE, "%s cannot be used: %s (and %zu more)",
                  path, first, count - 1);
    else
        error_set(&question->error, ERROR_SITE, "%s cannot be used: %s", path, first);
}

/* Takes what on_node returned, which is at the top: a table; nil and a sentence; or nil
 * twice, and a sentence for the log or nil. */
static void take_answer(lua_State *state, struct plan_question *question)
{
    struct error cause = {.party = ERROR_NONE};

    if (lua_type(state, -1) == LUA_TSTRING)
        error_set(&question->left, ERROR_SITE, "%s", lua_tostring(state, -1));
    lua_pop(state, 1);
    if (lua_isnil(state, -2) && lua_type(state, -1) == LUA_TSTRING) {
        error_set(&question->error, ERROR_USER, "%s", lua_tostring(state, -1));
        return;
    }
    if (lua_isnil(state, -2) && lua_isnil(state, -1) && !facts_ask(question->facts))
        return;
    question->has_workspace = true;
    lua_pop(state, 1);
    if (!lua_istable(state, -1))
        error_set(&cause, ERROR_SITE, "the engine answered with a %s",
                  luaL_typename(state, -1));
    else
        plan_answer_read(state, question->plan, &cause);
    error_wrap(&question->error, &cause, "%s cannot be used", question->settings->policy);
}

/* The engine's read(name): reads a file that the policy includes, from the policy's
 * directory. */
static int read_included(lua_State *state)
{
    const struct plan_question *question = lua_touserdata(state, lua_upvalueindex(1));
    struct error error = {.party = ERROR_NONE};
    const struct policy_file *file = policy_text_include(
        question->policy, question->settings->policy, luaL_checkstring(state, 1), &error);

    if (!file) {
        lua_pushnil(state);
        lua_pushstring(state, error.text);
        return 2;
    }
    lua_pushlstring(state, file->text, file->length);
    return 1;
}

/* Asks the engine. It runs inside lua_host_call, with a light userdata, the question. */
static int ask(lua_State *state)
{
    struct plan_question *question = lua_touserdata(state, 1);
    const struct policy_file *main = &question->policy->files[0];

    lua_getglobal(state, "require");
    lua_pushliteral(state, "atelier.engine");
    lua_call(state, 1, 1);
    lua_getfield(state, -1, "load");
    lua_pushlstring(state, main->text, main->length);
    lua_pushstring(state, main->name);
    lua_pushlightuserdata(state, question);
    lua_pushcclosure(state, read_included, 1);
    lua_call(state, 3, 2);
    if (!lua_toboolean(state, -2)) {
        report_problems(state, question);
        return 0;
    }
    lua_pop(state, 1);
    lua_getfield(state, -2, "on_node");
    lua_insert(state, -2);
    push_facts(state, question->facts);
    lua_call(state, 2, 3);
    take_answer(state, question);
    return 0;
}

static int ask_in_lua(struct plan_question *question, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    struct lua_host *host =
        lua_host_create(question->settings->lua, true, &policy_limits, error);
    int status;

    if (!host)
        return -1;
    lua_pushcfunction(lua_host_state(host), ask);
    lua_pushlightuserdata(lua_host_state(host), question);
    status = lua_host_call(host, 1, 0, &cause);
    lua_host_destroy(host);
    if (status < 0)
        return error_wrap(error, &cause, "%s cannot be used", question->settings->policy);
    return error_pass(error, &question->error);
}

/* Checks a name. The engine refuses bad ones as well, but here no Lua has seen them
 * yet. */
static int check_name(const char *word, const char *name, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    if (!name || !*name || name_is_valid(name))
        return 0;
    name_quote(name, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "the %s `%s` is not a name: use up to %d letters, digits, `.`, `_` "
                     "and `-`, and begin with a letter or a digit",
                     word, quoted, NAME_LENGTH_MAX);
}

static int check_names(const struct facts *facts, struct error *error)
{
    if (check_name("workspace", facts->workspace, error) < 0 ||
        check_name("experiment", facts->experiment, error) < 0)
        return -1;
    if (check_name("framework", facts->framework, error) < 0)
        return -1;
    return facts->mount && *facts->mount
               ? mount_list_check("--mount", facts->mount, error)
               : 0;
}

static struct plan *create_empty(struct error *error)
{
    struct plan *plan = calloc(1, sizeof(*plan));

    if (plan)
        plan->environment = record_create();
    if (plan && plan->environment)
        return plan;
    free(plan);
    error_set(error, ERROR_NODE, "out of memory for the plan of a job");
    return NULL;
}

int plan_create(struct plan **plan, const struct settings *settings,
                const struct facts *facts, struct policy_text *policy,
                struct error *error)
{
    struct plan_question question = {
        .settings = settings, .facts = facts, .policy = policy};
    int status;

    *plan = NULL;
    if (check_names(facts, error) < 0 ||
        policy_text_read(policy, settings->policy, error) < 0)
        return -1;
    question.plan = create_empty(error);
    status = question.plan ? ask_in_lua(&question, error) : -1;
    if (status < 0 || !question.has_workspace)
        plan_destroy(question.plan);
    else
        *plan = question.plan;
    if (status == 0)
        error_pass(error, &question.left);
    return status;
}

void plan_destroy(struct plan *plan)
{
    if (!plan)
        return;
    record_destroy(plan->environment);
    free(plan);
}
