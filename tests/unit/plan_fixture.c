/* plan_fixture.c: writes a policy and a small engine, and asks it for a plan. */
#include "tests/unit/plan_fixture.h"

#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

struct settings fixture_settings;
struct facts fixture_facts;
bool plan_fixture_was_exposed;

static const char engine[] =
    "return {\n"
    "    load = function(text, name)\n"
    "        local chunk, problem = load(text, '@' .. name)\n"
    "        if not chunk then return nil, { problem, 'second', 'third' } end\n"
    "        return chunk()\n"
    "    end,\n"
    "    on_node = function(policy, facts) return policy(facts) end,\n"
    "}\n";

int plan_fixture_setup(void **state)
{
    static const char *const groups[] = {"users", "vision"};

    if (scratch_setup_trusted(state) < 0)
        return -1;
    settings_init(&fixture_settings);
    snprintf(fixture_settings.policy, SETTINGS_PATH_SIZE, "%s",
             scratch_path("policy.lua"));
    snprintf(fixture_settings.lua, SETTINGS_PATH_SIZE, "%s", scratch_path("lua"));
    fixture_facts = (struct facts){
        .job = 7,
        .uid = 4294967294u,
        .gid = 1000,
        .user = "ada",
        .groups = groups,
        .group_count = 2,
        .account = "lab",
        .partition = "gpu",
        .node = "n1",
        .workspace = "vision",
        .experiment = "",
        .framework = "",
        .mount = "",
    };
    scratch_write("lua/atelier/engine.lua", engine);
    scratch_write("lua/atelier/base/agreed.lua",
                  "return { RELEASE = '0.1.0', ENGINE_PROTOCOL = 1 }");
    return 0;
}

void plan_fixture_policy(const char *body)
{
    char text[4096];

    snprintf(text, sizeof(text), "return function(facts) %s end", body);
    scratch_write("policy.lua", text);
}

struct plan *plan_fixture_ask(void)
{
    struct error error = NO_ERROR;
    struct policy_text policy = {.count = 0};
    struct plan *plan;

    if (plan_create(&plan, &fixture_settings, &fixture_facts, &policy, &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(policy.files[0].name, "policy.lua");
    assert_false(policy.exposed);
    policy_text_release(&policy);
    return plan;
}

void plan_fixture_refuse(enum error_party party, const char *part)
{
    struct error error = NO_ERROR;
    struct policy_text policy = {.count = 0};
    struct plan *plan;

    assert_int_equal(
        plan_create(&plan, &fixture_settings, &fixture_facts, &policy, &error), -1);
    plan_fixture_was_exposed = policy.exposed;
    policy_text_release(&policy);
    assert_null(plan);
    if (!strstr(error.text, part))
        fail_msg("%s", error.text);
    assert_int_equal(error.party, party);
}

void plan_fixture_refuse_answer(const char *body, const char *part)
{
    plan_fixture_policy(body);
    plan_fixture_refuse(ERROR_SITE, part);
}
