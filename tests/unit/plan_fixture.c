#include "plan_fixture.h"

#include "scratch.h"
#include "unit.h"

#include <stdio.h>

struct settings fixture_settings;
struct facts fixture_facts;

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
    return 0;
}

void plan_fixture_policy(const char *body)
{
    char text[4096];

    snprintf(text, sizeof(text), "return function(facts) %s end", body);
    scratch_write("policy.lua", text);
}
