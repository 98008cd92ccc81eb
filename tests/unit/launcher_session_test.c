/* launcher_session_test.c: a launcher that runs ahead of the tasks gives each its own. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_session.h"
#include "tests/unit/launcher_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LONG patient(10000) /* milliseconds */

static const struct layout plain = {
    .job = 7, .nodes = "n1", .tasks_per_node = "1", .tasks = 1};
static const struct layout other_plain = {
    .nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2};

/* A session's launchers have a setting, so that nobody takes them for those without. */
static void write_environment(const char *name, const char *body)
{
    launcher_fixture_write(name, "settings = { x = { kind = 'flag' } }", body);
}

static void write_support(const char *name, const char *value)
{
    char path[64], text[64];

    snprintf(path, sizeof(path), "support/%s.lua", name);
    snprintf(text, sizeof(text), "return '%s'", value);
    scratch_write(path, text);
}

/* Writes launcher `name`, whose environment has A=`value`, by the help of a module. */
static void write_launcher(const char *name, const char *value)
{
    char file[64], text[256];

    snprintf(file, sizeof(file), "%s.lua", name);
    snprintf(text, sizeof(text),
             "local helper = require 'support.helper' "
             "return { title = 'Test', settings = { x = { kind = 'flag' } }, "
             "environment = function(layout) "
             "return { A = '%s' .. layout.job .. helper } end }",
             value);
    scratch_write(file, text);
    write_support("helper", "!");
}

/* What the running test asks, with its session. */
static struct launcher launcher;

static void end_session(void)
{
    launcher_session_destroy(launcher.session);
    launcher.session = NULL;
}

static void ask(const char *text, const struct layout *layouts, size_t count,
                int milliseconds)
{
    end_session();
    launcher = launcher_fixture(text);
    launcher.session = launcher_session_create(&launcher, layouts, count, milliseconds);
}

/* Loaded, and nothing more. */
static void load(const char *text)
{
    ask(text, &plain, 1, -1);
}

static void expect(const char *value)
{
    launcher_fixture_expect(&launcher, &plain, value);
}

/* Of a launcher without a session. */
static void expect_anew(const char *text, const char *value)
{
    const struct launcher anew = launcher_fixture(text);

    launcher_fixture_expect(&anew, &plain, value);
}

/* The value of A that was asked for ahead; NULL when there is none. */
static const char *ahead(const struct layout *layout)
{
    const struct record *environment =
        launcher_session_environment(launcher.session, layout);

    return environment ? record_get(environment, "A") : NULL;
}

static int teardown(void **state)
{
    end_session();
    return scratch_teardown(state);
}

static void it_is_loaded_ahead(void **state)
{
    (void)state;
    write_launcher("ahead", "first");
    load("ahead");
    write_launcher("ahead", "second");
    for (int run = 0; run < 3; run++)
        expect("first7!");
}

static void another_one_is_not(void **state)
{
    (void)state;
    write_launcher("one", "one");
    write_launcher("other", "other");
    load("one");
    write_launcher("one", "changed");
    expect_anew("other", "other7!");
    expect("one7!");
    load("other");
    expect_anew("one", "changed7!");
}

static void what_others_can_change_is_not(void **state)
{
    (void)state;
    write_launcher("exposed", "first");
    chmod(scratch_path("exposed.lua"), 0666);
    load("exposed");
    assert_null(launcher.session);
    write_launcher("exposed", "second");
    expect("second7!");
    write_launcher("helped", "first");
    chmod(scratch_path("support/helper.lua"), 0666);
    load("helped");
    assert_null(launcher.session);
    write_launcher("helped", "second");
    expect("second7!");
}

static void what_fails_is_told_by_the_run(void **state)
{
    (void)state;
    load("missing");
    assert_null(launcher.session);
    load("../x");
    assert_null(launcher.session);
    scratch_write("broken.lua", "while true do end");
    load("broken");
    scratch_write("broken.lua", "error 'no'");
    load("broken");
    launcher_fixture_refuse(&launcher, &plain, ERROR_SITE,
                            "launcher `broken` failed: broken.lua:1: no");
}

static void its_answers_are_kept(void **state)
{
    const struct layout two[] = {
        {.nodes = "n1", .tasks_per_node = "2", .tasks = 2},
        {.nodes = "n1", .tasks_per_node = "2", .tasks = 2, .rank = 1, .local_rank = 1}};
    struct error error = NO_ERROR;

    (void)state;
    write_environment("two", "return { A = 'rank' .. layout.rank }");
    ask("two", two, 2, LONG);
    scratch_write("two.lua", "error 'not any more'");
    assert_string_equal(ahead(&two[0]), "rank0");
    assert_string_equal(ahead(&two[1]), "rank1");
    assert_true(launcher_session_has_answer(launcher.session));
    assert_int_equal(launcher_check(&launcher, &error), 0);
    ask("other", two, 2, LONG);
    assert_null(ahead(&two[0]));
    ask("two:x", two, 2, LONG);
    assert_null(ahead(&two[0]));
    ask("two", two, 2, LONG);
    assert_null(ahead(&two[0]));
    assert_false(launcher_session_has_answer(launcher.session));
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
    write_environment("one", "return { A = 'yes' }");
    ask("one", &asked, 1, LONG);
    assert_string_equal(ahead(&asked), "yes");
    for (size_t i = 0; i < count; i++)
        assert_null(ahead(&others[i]));
    others[0] = asked;
    others[0].shared_directory = "/y";
    assert_null(ahead(&others[0]));
}

static void what_all_have_is_common(void **state)
{
    struct layout three[3];
    const struct record *common;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        three[i] = (struct layout){
            .nodes = "n1", .tasks_per_node = "3", .tasks = 3, .rank = i, .local_rank = i};
    write_environment("three",
                      "return { SAME = 1, ATELIER_X = 1, OTHER = layout.rank, "
                      "FIRST = layout.rank == 0 and 1 or nil, "
                      "LAST = layout.rank == 2 and 1 or nil, LONG = ('x'):rep(2000) }, "
                      "{ GIVEN = 1 }");
    ask("three", three, 3, LONG);
    common = launcher_session_common(launcher.session);
    assert_int_equal(record_count(common), 1);
    assert_string_equal(record_get(common, "SAME"), "1");
    write_environment("three", "if layout.rank == 2 then return nil, 'no' end "
                               "return { A = 'same' }");
    ask("three", three, 3, LONG);
    assert_string_equal(ahead(&three[0]), "same");
    assert_null(ahead(&three[2]));
    assert_int_equal(record_count(launcher_session_common(launcher.session)), 0);
}

static void only_what_there_is_time_for(void **state)
{
    (void)state;
    write_environment("slow", "return { A = 'answer' }");
    load("slow");
    assert_null(ahead(&plain));
    expect("answer");
}

static void what_fails_is_run_anew(void **state)
{
    (void)state;
    write_environment("two", "local late = require 'support.late' "
                             "return { A = layout.nodes[2]:upper() .. late }");
    write_support("late", "first");
    ask("two", &plain, 1, LONG);
    write_support("late", "second");
    launcher_fixture_expect(&launcher, &other_plain, "N2second");
}

/* As when it is not prepared: it is not root that runs them then. */
static void later_modules_may_be_anybodys(void **state)
{
    (void)state;
    write_environment("later", "return { A = layout.tasks == 2 and "
                               "require 'support.exposed' or '' }");
    write_support("exposed", "first");
    chmod(scratch_path("support/exposed.lua"), 0666);
    load("later");
    launcher_fixture_expect(&launcher, &other_plain, "first");
}

static bool is_expanded(const char *nodes, const char *tasks, const char *ports)
{
    const struct layout layout = {
        .nodes = nodes, .tasks_per_node = tasks, .reserved_ports = ports};
    struct error error = NO_ERROR;
    struct expanded_layout expanded;
    bool borrowed;

    assert_int_equal(
        launcher_session_expand(launcher.session, &expanded, &layout, &error), 0);
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

    (void)state;
    write_environment("lists",
                      "return { A = table.concat(layout.nodes, ' ') .. ' ' .. "
                      "table.concat(layout.tasks_per_node, ' ') .. ' ' .. "
                      "#(layout.reserved_ports or {}) .. ' ' .. layout.local_tasks }");
    ask("lists", &two, 1, -1);
    launcher_fixture_expect(&launcher, &two, "n1 n2 3 1 4 1");
    expect("n1 1 0 1");
    assert_true(is_expanded("n[1-2]", "3,1", "12000-12003"));
    assert_false(is_expanded("n[2-3]", "3,1", "12000-12003"));
    assert_false(is_expanded("n[1-2]", "1,3", "12000-12003"));
    assert_false(is_expanded("n[1-2]", "3,1", "12000-12004"));
    assert_false(is_expanded("n[1-2]", "3,1", NULL));
}

static void a_place_outside_of_the_lists_is_refused(void **state)
{
    const struct layout two = {.nodes = "n[1-2]", .tasks_per_node = "1(x2)", .tasks = 2};
    struct layout third = two;

    (void)state;
    write_environment("place", "return { A = '' }");
    ask("place", &two, 1, -1);
    third.node_rank = 2;
    launcher_fixture_refuse(&launcher, &third, ERROR_NODE,
                            "Slurm's layout contradicts itself: 2 nodes");
}

static void lists_that_contradict_each_other_are_refused(void **state)
{
    const struct layout wrong = {
        .nodes = "n[1-9]", .tasks_per_node = "1", .node_rank = 8};

    (void)state;
    write_environment("wrong", "return { A = '' }");
    ask("wrong", &wrong, 1, LONG);
    assert_null(ahead(&wrong));
    launcher_fixture_refuse(&launcher, &wrong, ERROR_NODE,
                            "contradicts itself: 9 nodes, 1 counts of tasks");
}

#define SESSION_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup_trusted, teardown)

int main(void)
{
    struct CMUnitTest tests[] = {
        SESSION_TEST(it_is_loaded_ahead),
        SESSION_TEST(another_one_is_not),
        SESSION_TEST(what_others_can_change_is_not),
        SESSION_TEST(what_fails_is_told_by_the_run),
        SESSION_TEST(its_answers_are_kept),
        SESSION_TEST(another_layout_has_no_answer),
        SESSION_TEST(what_all_have_is_common),
        SESSION_TEST(only_what_there_is_time_for),
        SESSION_TEST(what_fails_is_run_anew),
        SESSION_TEST(later_modules_may_be_anybodys),
        SESSION_TEST(lists_are_expanded_ahead),
        SESSION_TEST(lists_that_contradict_each_other_are_refused),
        SESSION_TEST(a_place_outside_of_the_lists_is_refused),
    };

    SKIP_UNTRUSTED(tests, scratch_setup_trusted);
    return RUN_TAP(tests);
}
