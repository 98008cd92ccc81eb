/* plan_test.c: the engine's answers become a plan, or a sentence. */
#include "tests/unit/unit.h"

#include "tests/unit/plan_fixture.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void facts_reach_the_policy(void **state)
{
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "local f = facts return { workspace = f.workspace, environment = { "
        "A = table.concat({ f.job, f.uid, f.gid, f.user, f.account, "
        "f.partition, f.node, f.groups[1], f.groups[2], #f.groups }, ' '), "
        "B = tostring(f.experiment) .. tostring(f.framework) } }");
    plan = plan_fixture_ask();
    assert_string_equal(record_get(plan->environment, "A"),
                        "7 4294967294 1000 ada lab gpu n1 users vision 2");
    assert_string_equal(record_get(plan->environment, "B"), "nilnil");
    plan_destroy(plan);
    fixture_facts.experiment = "resnet";
    fixture_facts.framework = "mpi";
    fixture_facts.account = NULL;
    plan_fixture_policy("return { workspace = 'w', experiment = facts.experiment, "
                        "framework = facts.framework, environment = { ACCOUNT = "
                        "tostring(facts.account) } }");
    plan = plan_fixture_ask();
    assert_string_equal(plan->experiment, "resnet");
    assert_string_equal(plan->framework, "mpi");
    assert_string_equal(record_get(plan->environment, "ACCOUNT"), "nil");
    plan_destroy(plan);
}

static void a_small_answer_is_enough(void **state)
{
    struct plan *plan;

    (void)state;
    plan_fixture_policy("return { workspace = 'w' }");
    plan = plan_fixture_ask();
    assert_string_equal(plan->workspace, "w");
    assert_string_equal(plan->experiment, "");
    assert_string_equal(plan->framework, "");
    assert_string_equal(plan->frameworks, "");
    assert_int_equal(plan->volume_count, 0);
    assert_int_equal(record_count(plan->environment), 0);
    plan_destroy(plan);
    plan_destroy(NULL);
}

static void a_refusal_is_for_the_user(void **state)
{
    (void)state;
    plan_fixture_policy("return nil, 'workspace `vision` is for group `lab`'");
    plan_fixture_refuse(ERROR_USER, "workspace `vision` is for group `lab`");
}

static void what_is_no_name_never_reaches_lua(void **state)
{
    (void)state;
    plan_fixture_policy("error('reached')");
    fixture_facts.workspace = "../etc";
    plan_fixture_refuse(ERROR_USER, "the workspace `../etc` is not a name");
    fixture_facts.workspace = "w";
    fixture_facts.experiment = "a b";
    plan_fixture_refuse(ERROR_USER, "the experiment `a b` is not a name");
    fixture_facts.experiment = "";
    fixture_facts.framework = "\x1b[2J";
    plan_fixture_refuse(ERROR_USER, "the framework `?[2J` is not a name");
    fixture_facts.framework = "";
    plan_fixture_refuse(ERROR_SITE, "reached");
}

static void wrong_answers_are_the_sites(void **state)
{
    (void)state;
    plan_fixture_refuse_answer("return 1", "answered with a number");
    plan_fixture_refuse_answer("return nil", "answered with a nil");
    plan_fixture_refuse_answer("return {}", "`workspace` is missing");
    plan_fixture_refuse_answer("return { workspace = 7 }", "`workspace` is not a string");
    plan_fixture_refuse_answer("return { workspace = 'a/b' }",
                               "`workspace` is not a name");
    plan_fixture_refuse_answer("return { workspace = 'a\\0b' }", "control character");
    plan_fixture_refuse_answer("return { workspace = ('w'):rep(65) }",
                               "`workspace` is too long");
    plan_fixture_refuse_answer("return { workspace = 'w', experiment = '..' }",
                               "`experiment`");
    plan_fixture_refuse_answer("return { workspace = 'w', framework = {} }",
                               "`framework`");
    plan_fixture_refuse_answer("return { workspace = 'w', frameworks = 'mpi' }",
                               "`frameworks`");
    plan_fixture_refuse_answer("return { workspace = 'w', frameworks = {} }",
                               "`frameworks`");
    plan_fixture_refuse_answer("return { workspace = 'w', frameworks = { 'a,b' } }",
                               "`frameworks`");
    plan_fixture_refuse_answer("return { workspace = 'w', frameworks = { 1 } }",
                               "`frameworks`");
    plan_fixture_refuse_answer("local t = {} for i = 1, 300 do t[i] = 'abcd' end "
                               "return { workspace = 'w', frameworks = t }",
                               "`frameworks` is too long");
    plan_fixture_refuse_answer("return { workspace = 'w', environment = 'A=1' }",
                               "`environment`");
    plan_fixture_refuse_answer(
        "return { workspace = 'w', environment = { ['A B'] = 1 } }", "`A B`");
    plan_fixture_refuse_answer("return { workspace = 'w', volumes = 1 }", "`volumes`");
    plan_fixture_refuse_answer("return { workspace = 'w', volumes = { 1 } }",
                               "volume 1 is not a table");
    plan_fixture_refuse_answer("local t = {} for i = 1, 65 do t[i] = {} end "
                               "return { workspace = 'w', volumes = t }",
                               "more than 64");
}

#define SHARED                                                              \
    "volumes = { { name = 'a', kind = 'bind', path = '/a', mode = 'ro' }, " \
    "{ name = 'b', kind = 'bind', path = '/b', mode = 'rw' } }, shared_job_temp = "

static void the_jobs_directories_are_read(void **state)
{
    struct plan *plan;

    (void)state;
    plan_fixture_policy("return { workspace = 'w' }");
    plan = plan_fixture_ask();
    assert_string_equal(plan->job_temp, "");
    assert_false(plan->shared_job_temp.is_wanted);
    plan_destroy(plan);
    plan_fixture_policy("return { workspace = 'w', job_temp = '/scratch', " SHARED
                        "{ volume = 'b', below = 'x/y' } }");
    plan = plan_fixture_ask();
    assert_string_equal(plan->job_temp, "/scratch");
    assert_true(plan->shared_job_temp.is_wanted);
    assert_int_equal(plan->shared_job_temp.volume, 1);
    assert_string_equal(plan->shared_job_temp.below, "x/y");
    plan_destroy(plan);
    plan_fixture_refuse_answer("return { workspace = 'w', compat = '..' }", "`compat`");
    plan_fixture_refuse_answer("return { workspace = 'w', job_temp = 'scratch' }",
                               "`job_temp`");
    plan_fixture_refuse_answer("return { workspace = 'w', " SHARED "'b' }",
                               "`shared_job_temp` is not a table");
    plan_fixture_refuse_answer("return { workspace = 'w', " SHARED "{ volume = 'c' } }",
                               "is no volume of the job");
    plan_fixture_refuse_answer("return { workspace = 'w', " SHARED
                               "{ volume = 'b', below = '../x' } }",
                               "is not a path below a volume");
    plan_fixture_refuse_answer("return { workspace = 'w', " SHARED "{ volume = 'a' } }",
                               "is on a read-only volume");
}

static void what_is_no_list_never_reaches_lua(void **state)
{
    (void)state;
    plan_fixture_policy("error('asked')");
    fixture_facts.mount = "v/../a:x";
    plan_fixture_refuse(ERROR_USER, "--mount=v/../a:x: `../a` is no path");
    fixture_facts.mount = "v/a:x";
    plan_fixture_refuse(ERROR_SITE, "asked");
    plan_fixture_policy("return { workspace = facts.mount == 'v/a:x' and 'w' or '-' }");
    plan_destroy(plan_fixture_ask());
}

static void broken_policies_are_the_sites(void **state)
{
    char expected[SETTINGS_PATH_SIZE + 64];

    (void)state;
    plan_fixture_refuse(ERROR_SITE, "No such file");
    assert_false(plan_fixture_was_exposed);
    scratch_write("policy.lua", "return +");
    snprintf(expected, sizeof(expected),
             "%s cannot be used: policy.lua:1: ", fixture_settings.policy);
    plan_fixture_refuse(ERROR_SITE, expected);
    plan_fixture_refuse(ERROR_SITE, "(and 2 more)");
    plan_fixture_refuse_answer("return facts.nothing.at_all",
                               "policy.lua:1: attempt to index");
    plan_fixture_refuse_answer("while true do end", "stopped after 200 ms");
    plan_fixture_refuse_answer("local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end",
                               "cannot be used");
    scratch_write("lua/atelier/engine.lua",
                  "return { load = function() return nil end }");
    plan_fixture_refuse(ERROR_SITE, "gave no reason");
    scratch_write("lua/atelier/base/agreed.lua",
                  "return { RELEASE = '9.9.9', ENGINE_PROTOCOL = 77 }");
    plan_fixture_refuse(ERROR_SITE, "is Atelier 9.9.9's (protocol 77), and this program "
                                    "Atelier " PACKAGE_VERSION "'s (protocol 1)");
    scratch_write("lua/atelier/engine.lua", "return 1");
    plan_fixture_refuse(ERROR_SITE, "cannot be used");
    remove(scratch_path("lua/atelier/engine.lua"));
    plan_fixture_refuse(ERROR_SITE, "engine.lua: No such file");
}

static void what_others_can_change_is_not_obeyed(void **state)
{
    (void)state;
    plan_fixture_policy("return { workspace = 'w' }");
    plan_destroy(plan_fixture_ask());
    chmod(fixture_settings.policy, 0666);
    plan_fixture_refuse(ERROR_SITE, "policy.lua, which root obeys");
    assert_true(plan_fixture_was_exposed);
    chmod(fixture_settings.policy, 0644);
    chmod(scratch_path("lua/atelier/engine.lua"), 0664);
    plan_fixture_refuse(ERROR_SITE, "engine.lua, which root obeys");
    chmod(scratch_path("lua/atelier/engine.lua"), 0644);
    chmod(scratch_path("lua"), 0777);
    plan_fixture_refuse(ERROR_SITE, "lua, which root obeys");
}

int main(void)
{
    struct CMUnitTest tests[] = {
        PLAN_TEST(facts_reach_the_policy),
        PLAN_TEST(a_small_answer_is_enough),
        PLAN_TEST(a_refusal_is_for_the_user),
        PLAN_TEST(what_is_no_name_never_reaches_lua),
        PLAN_TEST(wrong_answers_are_the_sites),
        PLAN_TEST(the_jobs_directories_are_read),
        PLAN_TEST(what_is_no_list_never_reaches_lua),
        PLAN_TEST(broken_policies_are_the_sites),
        PLAN_TEST(what_others_can_change_is_not_obeyed),
    };

    SKIP_UNTRUSTED(tests, plan_fixture_setup);
    return RUN_TAP(tests);
}
