#include "unit.h"

#include "launcher.h"
#include "launcher_prepared.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct layout plain = {
    .job = 7, .nodes = "n1", .tasks_per_node = "1", .tasks = 1};

/* Writes launcher `name`, whose environment has A=`value`. */
static void write_launcher(const char *name, const char *value)
{
    char text[256];

    snprintf(text, sizeof(text),
             "local helper = require 'support.helper' "
             "return { title = 'Test', settings = { x = { kind = 'flag' } }, "
             "environment = function(layout) "
             "return { A = '%s' .. layout.job .. helper } end }",
             value);
    scratch_write(name, text);
    scratch_write("support/helper.lua", "return '!'");
}

static struct framework framework_of(const char *text)
{
    struct error error = NO_ERROR;
    struct framework framework;

    if (framework_parse(&framework, "test", text, &error) < 0)
        snprintf(framework.name, sizeof(framework.name), "%s", text);
    return framework;
}

static void prepare(const char *text)
{
    const struct framework framework = framework_of(text);

    launcher_prepare(scratch_path("."), &framework, &plain);
}

static void expect_at(const struct layout *layout, const char *text, const char *value)
{
    const struct framework framework = framework_of(text);
    struct error error = NO_ERROR;
    struct record *environment;

    if (launcher_environment(&environment, scratch_path("."), &framework, layout,
                             &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(record_get(environment, "A"), value);
    record_destroy(environment);
}

static void expect(const char *text, const char *value)
{
    expect_at(&plain, text, value);
}

static void it_is_loaded_ahead(void **state)
{
    (void)state;
    write_launcher("ahead.lua", "first");
    prepare("ahead");
    write_launcher("ahead.lua", "second");
    for (int run = 0; run < 3; run++)
        expect("ahead", "first7!");
}

static void another_one_is_not(void **state)
{
    (void)state;
    write_launcher("one.lua", "one");
    write_launcher("other.lua", "other");
    prepare("one");
    write_launcher("one.lua", "changed");
    expect("other", "other7!");
    expect("one", "one7!");
    prepare("other");
    expect("one", "changed7!");
}

static void what_others_can_change_is_not(void **state)
{
    (void)state;
    write_launcher("exposed.lua", "first");
    chmod(scratch_path("exposed.lua"), 0666);
    prepare("exposed");
    write_launcher("exposed.lua", "second");
    expect("exposed", "second7!");
    write_launcher("helped.lua", "first");
    chmod(scratch_path("support/helper.lua"), 0666);
    prepare("helped");
    write_launcher("helped.lua", "second");
    expect("helped", "second7!");
}

static void what_fails_is_told_by_the_run(void **state)
{
    struct error error = NO_ERROR;
    const struct framework broken = {.name = "broken"};
    struct record *environment;

    (void)state;
    prepare("missing");
    prepare("../x");
    scratch_write("broken.lua", "while true do end");
    prepare("broken");
    scratch_write("broken.lua", "error 'no'");
    prepare("broken");
    assert_int_equal(
        launcher_environment(&environment, scratch_path("."), &broken, &plain, &error),
        -1);
    assert_contains(error.text, "launcher `broken` failed: broken.lua:1: no");
}

static void write_environment(const char *name, const char *body)
{
    char text[512];

    snprintf(text, sizeof(text),
             "return { title = 'Test', settings = { x = { kind = 'flag' } }, "
             "environment = function(layout) %s end }",
             body);
    scratch_write(name, text);
}

static void write_support(const char *name, const char *value)
{
    char path[64], text[64];

    snprintf(path, sizeof(path), "support/%s.lua", name);
    snprintf(text, sizeof(text), "return '%s'", value);
    scratch_write(path, text);
}

static void it_is_run_ahead(void **state)
{
    (void)state;
    write_environment("late.lua", "return { A = require 'support.late' }");
    write_support("late", "first");
    prepare("late");
    write_support("late", "second");
    expect("late", "first");
}

static void what_refuses_one_task_is_kept(void **state)
{
    (void)state;
    write_environment("many.lua", "local late = require 'support.late' "
                                  "if layout.node ~= 'n1' then return nil, 'no' end "
                                  "return { A = late }");
    write_support("late", "first");
    prepare("many");
    write_support("late", "second");
    expect_at(
        &(const struct layout){
            .nodes = "n1", .tasks_per_node = "1", .tasks = 1, .node = "n1"},
        "many", "first");
}

static void what_fails_with_one_task_is_not(void **state)
{
    (void)state;
    write_environment("two.lua", "local late = require 'support.late' "
                                 "return { A = layout.nodes[2]:upper() .. late }");
    write_support("late", "first");
    prepare("two");
    write_support("late", "second");
    expect_at(
        &(const struct layout){.nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2},
        "two", "N2second");
}

/* Root runs it ahead. */
static void the_users_settings_are_not_run_ahead(void **state)
{
    (void)state;
    write_environment("set.lua",
                      "return { A = layout.settings.x and require 'support.late' }");
    scratch_write("support/settings.lua",
                  "return { read = function() return { x = true } end }");
    write_support("late", "first");
    prepare("set:x");
    write_support("late", "second");
    expect("set:x", "second");
}

/* As when it is not prepared: it is not root that runs them then. */
static void later_modules_may_be_anybodys(void **state)
{
    (void)state;
    write_environment("later.lua", "return { A = layout.tasks == 2 and "
                                   "require 'support.exposed' or '' }");
    write_support("exposed", "first");
    chmod(scratch_path("support/exposed.lua"), 0666);
    prepare("later");
    expect_at(
        &(const struct layout){.nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2},
        "later", "first");
}

static bool is_expanded(const char *nodes, const char *tasks, const char *ports)
{
    const struct layout layout = {
        .nodes = nodes, .tasks_per_node = tasks, .reserved_ports = ports};
    struct error error = NO_ERROR;
    struct expanded_layout expanded;
    bool borrowed;

    assert_int_equal(launcher_prepared_expand(&expanded, &layout, &error), 0);
    borrowed = expanded.borrowed;
    assert_int_equal(expanded.nodes.count, 2);
    expanded_layout_release(&expanded);
    return borrowed;
}

static void lists_are_expanded_ahead(void **state)
{
    const struct layout two = {.nodes = "n[1-2]",
                               .tasks_per_node = "3,1",
                               .reserved_ports = "12000-12003",
                               .tasks = 4,
                               .node_rank = 1};
    const struct framework framework = framework_of("lists");

    (void)state;
    write_environment("lists.lua",
                      "return { A = table.concat(layout.nodes, ' ') .. ' ' .. "
                      "table.concat(layout.tasks_per_node, ' ') .. ' ' .. "
                      "#(layout.reserved_ports or {}) .. ' ' .. layout.local_tasks }");
    launcher_prepare(scratch_path("."), &framework, &two);
    expect_at(&two, "lists", "n1 n2 3 1 4 1");
    expect("lists", "n1 1 0 1");
    assert_true(is_expanded("n[1-2]", "3,1", "12000-12003"));
    assert_false(is_expanded("n[2-3]", "3,1", "12000-12003"));
    assert_false(is_expanded("n[1-2]", "1,3", "12000-12003"));
    assert_false(is_expanded("n[1-2]", "3,1", "12000-12004"));
    assert_false(is_expanded("n[1-2]", "3,1", NULL));
}

static void a_place_outside_of_the_lists_is_refused(void **state)
{
    const struct layout two = {.nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2};
    const struct framework framework = framework_of("place");
    struct layout third = two;
    struct record *environment;
    struct error error = NO_ERROR;

    (void)state;
    write_environment("place.lua", "return { A = '' }");
    launcher_prepare(scratch_path("."), &framework, &two);
    third.node_rank = 2;
    assert_int_equal(
        launcher_environment(&environment, scratch_path("."), &framework, &third, &error),
        -1);
    assert_contains(error.text, "Slurm's layout contradicts itself: 2 nodes");
}

#define PREPARE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup_trusted, scratch_teardown)

int main(void)
{
    struct CMUnitTest tests[] = {
        PREPARE_TEST(it_is_loaded_ahead),
        PREPARE_TEST(another_one_is_not),
        PREPARE_TEST(what_others_can_change_is_not),
        PREPARE_TEST(what_fails_is_told_by_the_run),
        PREPARE_TEST(it_is_run_ahead),
        PREPARE_TEST(what_refuses_one_task_is_kept),
        PREPARE_TEST(what_fails_with_one_task_is_not),
        PREPARE_TEST(the_users_settings_are_not_run_ahead),
        PREPARE_TEST(later_modules_may_be_anybodys),
        PREPARE_TEST(lists_are_expanded_ahead),
        PREPARE_TEST(a_place_outside_of_the_lists_is_refused),
    };

    SKIP_UNTRUSTED(tests, scratch_setup_trusted);
    return RUN_TAP(tests);
}
