/* launcher_ahead_test.c: a launcher that runs ahead of the tasks gives each its own. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_ahead.h"
#include "lib/launcher/launcher_prepared.h"
#include "tests/unit/scratch.h"

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

#define LONG 10000 /* milliseconds */

static void ask(const char *text, const struct layout *layouts, size_t count)
{
    const struct framework framework = framework_of(text);

    launcher_ahead(scratch_path("."), &framework, layouts, count, LONG);
}

/* Loaded, and nothing more. */
static void load(const char *text)
{
    const struct framework framework = framework_of(text);

    launcher_ahead(scratch_path("."), &framework, &plain, 1, -1);
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
    load("ahead");
    write_launcher("ahead.lua", "second");
    for (int run = 0; run < 3; run++)
        expect("ahead", "first7!");
}

static void another_one_is_not(void **state)
{
    (void)state;
    write_launcher("one.lua", "one");
    write_launcher("other.lua", "other");
    load("one");
    write_launcher("one.lua", "changed");
    expect("other", "other7!");
    expect("one", "one7!");
    load("other");
    expect("one", "changed7!");
}

static void what_others_can_change_is_not(void **state)
{
    (void)state;
    write_launcher("exposed.lua", "first");
    chmod(scratch_path("exposed.lua"), 0666);
    load("exposed");
    write_launcher("exposed.lua", "second");
    expect("exposed", "second7!");
    write_launcher("helped.lua", "first");
    chmod(scratch_path("support/helper.lua"), 0666);
    load("helped");
    write_launcher("helped.lua", "second");
    expect("helped", "second7!");
}

static void what_fails_is_told_by_the_run(void **state)
{
    struct error error = NO_ERROR;
    const struct framework broken = {.name = "broken"};
    struct record *environment;

    (void)state;
    load("missing");
    load("../x");
    scratch_write("broken.lua", "while true do end");
    load("broken");
    scratch_write("broken.lua", "error 'no'");
    load("broken");
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

/* The value of A that was asked for ahead; NULL when there is none. */
static const char *ahead_of(const char *text, const struct layout *layout)
{
    const struct framework framework = framework_of(text);
    const struct record *environment =
        launcher_ahead_environment(scratch_path("."), &framework, layout);

    return environment ? record_get(environment, "A") : NULL;
}

static void its_answers_are_kept(void **state)
{
    const struct layout two[] = {
        {.nodes = "n1", .tasks_per_node = "2", .tasks = 2},
        {.nodes = "n1", .tasks_per_node = "2", .tasks = 2, .rank = 1, .local_rank = 1}};

    (void)state;
    write_environment("two.lua", "return { A = 'rank' .. layout.rank }");
    ask("two", two, 2);
    scratch_write("two.lua", "error 'not any more'");
    assert_string_equal(ahead_of("two", &two[0]), "rank0");
    assert_string_equal(ahead_of("two", &two[1]), "rank1");
    assert_null(ahead_of("other", &two[0]));
    assert_null(ahead_of("two:x", &two[0]));
    ask("two", two, 2);
    assert_null(ahead_of("two", &two[0]));
}

static void another_layout_has_no_answer(void **state)
{
    static const struct layout asked = {.job = 1,
                                        .step = 1,
                                        .nodes = "n1",
                                        .tasks_per_node = "2",
                                        .reserved_ports = "12000",
                                        .tasks = 2,
                                        .cpus_per_task = 1,
                                        .restart = 1,
                                        .gpus_on_node = 1,
                                        .node = "n1",
                                        .gpus = "0",
                                        .interface = "eth0",
                                        .shared_directory = "/x"};
    struct layout others[16];
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < 16; i++)
        others[i] = asked;
    others[count++].job = 2;
    others[count++].step = 2;
    others[count++].nodes = "n2";
    others[count++].tasks_per_node = "1";
    others[count++].reserved_ports = NULL;
    others[count++].tasks = 3;
    others[count++].rank = 1;
    others[count++].by_place = true;
    others[count++].local_rank = 1;
    others[count++].node_rank = 1;
    others[count++].cpus_per_task = 2;
    others[count++].restart = 2;
    others[count++].gpus_on_node = 2;
    others[count++].node = "n2";
    others[count++].gpus = "1";
    others[count++].interface = NULL;
    write_environment("one.lua", "return { A = 'yes' }");
    ask("one", &asked, 1);
    assert_string_equal(ahead_of("one", &asked), "yes");
    for (size_t i = 0; i < count; i++)
        assert_null(ahead_of("one", &others[i]));
    others[0] = asked;
    others[0].shared_directory = "/y";
    assert_null(ahead_of("one", &others[0]));
}

static void what_all_have_is_common(void **state)
{
    struct layout three[3];
    const struct record *common;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        three[i] = (struct layout){
            .nodes = "n1", .tasks_per_node = "3", .tasks = 3, .rank = i, .local_rank = i};
    write_environment("three.lua",
                      "return { SAME = 1, ATELIER_X = 1, OTHER = layout.rank, "
                      "FIRST = layout.rank == 0 and 1 or nil, "
                      "LAST = layout.rank == 2 and 1 or nil, LONG = ('x'):rep(2000) }, "
                      "{ GIVEN = 1 }");
    ask("three", three, 3);
    common = launcher_ahead_common();
    assert_int_equal(record_count(common), 1);
    assert_string_equal(record_get(common, "SAME"), "1");
    write_environment("three.lua", "if layout.rank == 2 then return nil, 'no' end "
                                   "return { A = 'same' }");
    ask("three", three, 3);
    assert_string_equal(ahead_of("three", &three[0]), "same");
    assert_null(ahead_of("three", &three[2]));
    assert_int_equal(record_count(launcher_ahead_common()), 0);
}

static void only_what_there_is_time_for(void **state)
{
    (void)state;
    write_environment("slow.lua", "return { A = 'answer' }");
    load("slow");
    assert_null(ahead_of("slow", &plain));
    expect("slow", "answer");
}

static void what_fails_is_run_anew(void **state)
{
    (void)state;
    write_environment("two.lua", "local late = require 'support.late' "
                                 "return { A = layout.nodes[2]:upper() .. late }");
    write_support("late", "first");
    ask("two", &plain, 1);
    write_support("late", "second");
    expect_at(
        &(const struct layout){.nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2},
        "two", "N2second");
}

/* As when it is not prepared: it is not root that runs them then. */
static void later_modules_may_be_anybodys(void **state)
{
    (void)state;
    write_environment("later.lua", "return { A = layout.tasks == 2 and "
                                   "require 'support.exposed' or '' }");
    write_support("exposed", "first");
    chmod(scratch_path("support/exposed.lua"), 0666);
    load("later");
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
    launcher_ahead(scratch_path("."), &framework, &two, 1, -1);
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
    launcher_ahead(scratch_path("."), &framework, &two, 1, -1);
    third.node_rank = 2;
    assert_int_equal(
        launcher_environment(&environment, scratch_path("."), &framework, &third, &error),
        -1);
    assert_contains(error.text, "Slurm's layout contradicts itself: 2 nodes");
}

static void lists_that_contradict_each_other_are_refused(void **state)
{
    const struct layout wrong = {
        .nodes = "n[1-9]", .tasks_per_node = "1", .node_rank = 8};
    const struct framework framework = framework_of("wrong");
    struct record *environment;
    struct error error = NO_ERROR;

    (void)state;
    write_environment("wrong.lua", "return { A = '' }");
    ask("wrong", &wrong, 1);
    assert_null(ahead_of("wrong", &wrong));
    assert_int_equal(
        launcher_environment(&environment, scratch_path("."), &framework, &wrong, &error),
        -1);
    assert_contains(error.text, "contradicts itself: 9 nodes, 1 counts of tasks");
}

#define AHEAD_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup_trusted, scratch_teardown)

int main(void)
{
    struct CMUnitTest tests[] = {
        AHEAD_TEST(it_is_loaded_ahead),
        AHEAD_TEST(another_one_is_not),
        AHEAD_TEST(what_others_can_change_is_not),
        AHEAD_TEST(what_fails_is_told_by_the_run),
        AHEAD_TEST(its_answers_are_kept),
        AHEAD_TEST(another_layout_has_no_answer),
        AHEAD_TEST(what_all_have_is_common),
        AHEAD_TEST(only_what_there_is_time_for),
        AHEAD_TEST(what_fails_is_run_anew),
        AHEAD_TEST(later_modules_may_be_anybodys),
        AHEAD_TEST(lists_are_expanded_ahead),
        AHEAD_TEST(lists_that_contradict_each_other_are_refused),
        AHEAD_TEST(a_place_outside_of_the_lists_is_refused),
    };

    SKIP_UNTRUSTED(tests, scratch_setup_trusted);
    return RUN_TAP(tests);
}
