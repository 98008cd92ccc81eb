#include "unit.h"

#include "plan_fixture.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct plan *ask(void)
{
    struct error error = NO_ERROR;
    struct plan *plan;

    if (plan_create(&plan, &fixture_settings, &fixture_facts, &error) < 0)
        fail_msg("%s", error.text);
    return plan;
}

static void refuse(enum error_party party, const char *part)
{
    struct error error = NO_ERROR;
    struct plan *plan;

    assert_int_equal(plan_create(&plan, &fixture_settings, &fixture_facts, &error), -1);
    assert_null(plan);
    if (!strstr(error.text, part))
        fail_msg("%s", error.text);
    assert_int_equal(error.party, party);
}

static void refuse_answer(const char *body, const char *part)
{
    plan_fixture_policy(body);
    refuse(ERROR_SITE, part);
}

/* A volume that is well but for the fields in `change`, which come last. */
static void refuse_volume(const char *change, const char *part)
{
    char body[1024];

    snprintf(
        body, sizeof(body),
        "local v = { name = 'data', server = 'big', host = 'nfs', export = '/srv', "
        "driver = 'libnfs', mode = 'rw' } for k, x in pairs({ %s }) do if x == 'NIL' "
        "then x = nil end v[k] = x end return { workspace = 'w', volumes = { v } }",
        change);
    refuse_answer(body, part);
}

static void facts_reach_the_policy(void **state)
{
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "local f = facts return { workspace = f.workspace, environment = { "
        "A = table.concat({ f.job, f.uid, f.gid, f.user, f.account, "
        "f.partition, f.node, f.groups[1], f.groups[2], #f.groups }, ' '), "
        "B = tostring(f.experiment) .. tostring(f.framework) } }");
    plan = ask();
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
    plan = ask();
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
    plan = ask();
    assert_string_equal(plan->workspace, "w");
    assert_string_equal(plan->experiment, "");
    assert_string_equal(plan->framework, "");
    assert_string_equal(plan->frameworks, "");
    assert_int_equal(plan->volume_count, 0);
    assert_int_equal(record_count(plan->environment), 0);
    plan_destroy(plan);
    plan_destroy(NULL);
}

static void volumes_are_taken_over(void **state)
{
    const struct plan_volume *volume;
    struct plan *plan;

    (void)state;
    plan_fixture_policy(
        "return { workspace = 'w', frameworks = { 'mpi', 'pytorch' }, volumes = { { name "
        "= "
        "'data', server = 'big', host = 'fe80::1%eth0', export = '/srv/x y', driver = "
        "'libnfs', mode = 'ro', port = 2049, mount_port = 20048.0, deadline = 1.5 }, { "
        "name = 'out', server = 'big', host = 'nfs.example', export = '/', driver = "
        "'kernel', mode = 'rw', probe = 'write', on_failure = 'requeue' } } }");
    plan = ask();
    assert_string_equal(plan->frameworks, "mpi,pytorch");
    assert_int_equal(plan->volume_count, 2);
    volume = &plan->volumes[0];
    assert_string_equal(volume->name, "data");
    assert_string_equal(volume->server, "big");
    assert_string_equal(volume->host, "fe80::1%eth0");
    assert_string_equal(volume->export_path, "/srv/x y");
    assert_string_equal(volume->driver, "libnfs");
    assert_true(volume->read_only);
    assert_false(volume->probe);
    assert_false(volume->requeue);
    assert_int_equal(volume->port, 2049);
    assert_int_equal(volume->mount_port, 20048);
    assert_int_equal(volume->deadline_ms, 1500);
    volume = &plan->volumes[1];
    assert_string_equal(volume->name, "out");
    assert_false(volume->read_only);
    assert_true(volume->probe);
    assert_true(volume->requeue);
    assert_int_equal(volume->port, 0);
    assert_int_equal(volume->mount_port, 0);
    assert_int_equal(volume->deadline_ms, 5000);
    plan_destroy(plan);
}

static void a_refusal_is_for_the_user(void **state)
{
    (void)state;
    plan_fixture_policy("return nil, 'workspace `vision` is for group `lab`'");
    refuse(ERROR_USER, "workspace `vision` is for group `lab`");
}

static void what_is_no_name_never_reaches_lua(void **state)
{
    (void)state;
    plan_fixture_policy("error('reached')");
    fixture_facts.workspace = "../etc";
    refuse(ERROR_USER, "the workspace `../etc` is not a name");
    fixture_facts.workspace = "w";
    fixture_facts.experiment = "a b";
    refuse(ERROR_USER, "the experiment `a b` is not a name");
    fixture_facts.experiment = "";
    fixture_facts.framework = "\x1b[2J";
    refuse(ERROR_USER, "the framework `?[2J` is not a name");
    fixture_facts.framework = "";
    refuse(ERROR_SITE, "reached");
}

static void wrong_answers_are_the_sites(void **state)
{
    (void)state;
    refuse_answer("return 1", "answered with a number");
    refuse_answer("return nil", "answered with a nil");
    refuse_answer("return {}", "`workspace` is missing");
    refuse_answer("return { workspace = 7 }", "`workspace` is not a string");
    refuse_answer("return { workspace = 'a/b' }", "`workspace` is not a name");
    refuse_answer("return { workspace = 'a\\0b' }", "control character");
    refuse_answer("return { workspace = ('w'):rep(65) }", "`workspace` is too long");
    refuse_answer("return { workspace = 'w', experiment = '..' }", "`experiment`");
    refuse_answer("return { workspace = 'w', framework = {} }", "`framework`");
    refuse_answer("return { workspace = 'w', frameworks = 'mpi' }", "`frameworks`");
    refuse_answer("return { workspace = 'w', frameworks = {} }", "`frameworks`");
    refuse_answer("return { workspace = 'w', frameworks = { 'a,b' } }", "`frameworks`");
    refuse_answer("return { workspace = 'w', frameworks = { 1 } }", "`frameworks`");
    refuse_answer("local t = {} for i = 1, 300 do t[i] = 'abcd' end "
                  "return { workspace = 'w', frameworks = t }",
                  "`frameworks` is too long");
    refuse_answer("return { workspace = 'w', environment = 'A=1' }", "`environment`");
    refuse_answer("return { workspace = 'w', environment = { ['A B'] = 1 } }", "`A B`");
    refuse_answer("return { workspace = 'w', volumes = 1 }", "`volumes`");
    refuse_answer("return { workspace = 'w', volumes = { 1 } }",
                  "volume 1 is not a table");
    refuse_answer("local t = {} for i = 1, 65 do t[i] = {} end "
                  "return { workspace = 'w', volumes = t }",
                  "more than 64");
}

static void wrong_volumes_are_the_sites(void **state)
{
    (void)state;
    refuse_volume("name = 'NIL'", "volume 1: `name` is missing");
    refuse_volume("name = '..'", "volume 1: `name` is not a name");
    refuse_volume("server = 'a b'", "`server` is not a name");
    refuse_volume("driver = ''", "`driver` is missing");
    refuse_volume("host = 'NIL'", "`host`");
    refuse_volume("host = 'a b'", "`host`");
    refuse_volume("host = '-o'", "`host`");
    refuse_volume("host = 'a/b'", "`host`");
    refuse_volume("host = 'a,b'", "`host`");
    refuse_volume("host = ('h'):rep(256)", "`host` is too long");
    refuse_volume("export = 'NIL'", "`export` is not an absolute");
    refuse_volume("export = 'srv'", "`export` is not an absolute");
    refuse_volume("export = '/a\\nb'", "`export` has a control");
    refuse_volume("export = '/' .. ('e'):rep(1023)", "`export` is too long");
    refuse_volume("mode = 'NIL'", "`mode`");
    refuse_volume("mode = 'wo'", "`mode`");
    refuse_volume("mode = 'read-only'", "`mode`");
    refuse_volume("port = -1", "`port`");
    refuse_volume("port = 65536", "`port`");
    refuse_volume("port = 1.5", "`port`");
    refuse_volume("port = '2049'", "`port`");
    refuse_volume("mount_port = {}", "`mount_port`");
    refuse_volume("deadline = 0", "`deadline`");
    refuse_volume("deadline = -1", "`deadline`");
    refuse_volume("deadline = 61", "`deadline`");
    refuse_volume("deadline = 0/0", "`deadline`");
    refuse_volume("deadline = '5'", "`deadline`");
    refuse_answer(
        "local v = { name = 'a', server = 's', host = 'h', export = '/', driver "
        "= 'libnfs', mode = 'ro' } return { workspace = 'w', volumes = { v, v } }",
        "volume 2: `name` is that of an earlier");
}

static void broken_policies_are_the_sites(void **state)
{
    char expected[SETTINGS_PATH_SIZE + 64];

    (void)state;
    refuse(ERROR_SITE, "No such file");
    scratch_write("policy.lua", "return +");
    snprintf(expected, sizeof(expected),
             "%s cannot be used: policy.lua:1: ", fixture_settings.policy);
    refuse(ERROR_SITE, expected);
    refuse(ERROR_SITE, "(and 2 more)");
    refuse_answer("return facts.nothing.at_all", "policy.lua:1: attempt to index");
    refuse_answer("while true do end", "stopped after 200 ms");
    refuse_answer("local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end", "cannot be used");
    scratch_write("lua/atelier/engine.lua",
                  "return { load = function() return nil end }");
    refuse(ERROR_SITE, "gave no reason");
    scratch_write("lua/atelier/engine.lua", "return 1");
    refuse(ERROR_SITE, "cannot be used");
    remove(scratch_path("lua/atelier/engine.lua"));
    refuse(ERROR_SITE, "engine.lua: No such file");
}

static void what_others_can_change_is_not_obeyed(void **state)
{
    (void)state;
    plan_fixture_policy("return { workspace = 'w' }");
    plan_destroy(ask());
    chmod(fixture_settings.policy, 0666);
    refuse(ERROR_SITE, "policy.lua, which root obeys");
    chmod(fixture_settings.policy, 0644);
    chmod(scratch_path("lua/atelier/engine.lua"), 0664);
    refuse(ERROR_SITE, "engine.lua, which root obeys");
    chmod(scratch_path("lua/atelier/engine.lua"), 0644);
    chmod(scratch_path("lua"), 0777);
    refuse(ERROR_SITE, "lua, which root obeys");
}

#define PLAN_TEST(name) \
    cmocka_unit_test_setup_teardown(name, plan_fixture_setup, scratch_teardown)

int main(void)
{
    struct CMUnitTest tests[] = {
        PLAN_TEST(facts_reach_the_policy),
        PLAN_TEST(a_small_answer_is_enough),
        PLAN_TEST(volumes_are_taken_over),
        PLAN_TEST(a_refusal_is_for_the_user),
        PLAN_TEST(what_is_no_name_never_reaches_lua),
        PLAN_TEST(wrong_answers_are_the_sites),
        PLAN_TEST(wrong_volumes_are_the_sites),
        PLAN_TEST(broken_policies_are_the_sites),
        PLAN_TEST(what_others_can_change_is_not_obeyed),
    };

    SKIP_UNTRUSTED(tests, plan_fixture_setup);
    return RUN_TAP(tests);
}
