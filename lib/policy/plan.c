/* plan.c: asks the policy's engine for the plan of one job on this node. */
#include "lib/policy/plan.h"

#include "lib/lua/lua_field.h"
#include "lib/option/mount_list.h"
#include "lib/policy/plan_answer.h"
#include "lib/policy/policy_engine.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int push_facts(lua_State *state, const void *asked)
{
    const struct facts *facts = asked;

    lua_newtable(state);
    for (size_t i = 0; i < facts_known_count; i++)
        if (facts_known[i].is_for_policy)
            push_fact(state, facts, &facts_known[i]);
    lua_field_text(state, "user", facts->user);
    lua_field_text(state, "framework_settings", facts->framework_settings);
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
    return 1;
}

/* Takes what on_node returned, which is at the top: a table; nil and a sentence; or nil
 * twice, and a sentence for the log or nil. */
static void take_answer(lua_State *state, void *answer)
{
    struct plan_question *question = answer;
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

/* Reports what is wrong with the policy, of which the first sentence is enough. */
static int report_problems(const char *const *problems, const char *path,
                           struct error *error)
{
    size_t count = 0;

    while (problems[count])
        count++;
    if (count > 1)
        return error_set(error, ERROR_SITE, "%s cannot be used: %s (and %zu more)", path,
                         problems[0], count - 1);
    return error_set(error, ERROR_SITE, "%s cannot be used: %s", path, problems[0]);
}

static int ask_engine(struct plan_question *question, struct error *error)
{
    const char *path = question->settings->policy;
    const struct policy_call call = {.module = "atelier.engine",
                                     .function = "on_node",
                                     .push = push_facts,
                                     .asked = question->facts,
                                     .results = 3,
                                     .take = take_answer,
                                     .answer = question};
    struct error cause = {.party = ERROR_NONE};
    struct policy_engine *engine = policy_engine_create(question->settings->lua, true,
                                                        &policy_engine_job_limits, error);
    int status;

    if (!engine)
        return -1;
    status = policy_engine_ask(engine, question->policy, &call, &cause);
    if (status < 0)
        error_wrap(error, &cause, "%s cannot be used", path);
    else if (*policy_engine_problems(engine))
        status = report_problems(policy_engine_problems(engine), path, error);
    else
        status = error_pass(error, &question->error);
    policy_engine_destroy(engine);
    return status;
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
    status = question.plan ? ask_engine(&question, error) : -1;
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
