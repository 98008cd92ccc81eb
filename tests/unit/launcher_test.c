/* launcher_test.c: a launcher's answer becomes a task's environment, or a sentence. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_directory.h"
#include "tests/unit/launcher_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct layout plain = {
    .job = 7,
    .step = 1,
    .nodes = "n[01-03]",
    .tasks_per_node = "2(x2),1",
    .reserved_ports = "12000-12001,12010",
    .tasks = 5,
    .rank = 4,
    .local_rank = 0,
    .node_rank = 2,
    .cpus_per_task = 8,
};

/* Writes launcher `test` whose environment() has the body `body`. */
static void write_launcher(const char *body)
{
    launcher_fixture_write("test", "", body);
}

static struct record *run(const struct layout *layout)
{
    const struct launcher launcher = launcher_fixture("test");

    return launcher_fixture_ask(&launcher, layout);
}

static void refuse_layout(const struct layout *layout, enum error_party party,
                          const char *part)
{
    const struct launcher launcher = launcher_fixture("test");

    launcher_fixture_refuse(&launcher, layout, party, part);
}

/* Runs environment() with the body `body` and expects a refusal. */
static void refuse(const char *body, enum error_party party, const char *part)
{
    write_launcher(body);
    refuse_layout(&plain, party, part);
}

static void the_whole_layout_is_passed(void **state)
{
    struct record *environment;

    (void)state;
    write_launcher("local function list(t) return table.concat(t, ' ') end "
                   "local l = layout return { A = list{l.job, l.step, l.tasks, l.rank, "
                   "l.local_rank, l.node_rank, l.local_tasks, l.cpus_per_task}, "
                   "NODES = list(l.nodes), TASKS = list(l.tasks_per_node), "
                   "PORTS = list(l.reserved_ports) }");
    environment = run(&plain);
    assert_string_equal(record_get(environment, "A"), "7 1 5 4 0 2 1 8");
    assert_string_equal(record_get(environment, "NODES"), "n01 n02 n03");
    assert_string_equal(record_get(environment, "TASKS"), "2 2 1");
    assert_string_equal(record_get(environment, "PORTS"), "12000 12001 12010");
    assert_int_equal(record_count(environment), 4);
    record_destroy(environment);
}

static void defaults_are_told_from_what_must_be(void **state)
{
    struct record *environment;

    (void)state;
    write_launcher("return { RANK = 1 }, { THREADS = 2 }");
    environment = run(&plain);
    assert_string_equal(record_get(environment, "RANK"), "1");
    assert_string_equal(record_get(environment, "default.THREADS"), "2");
    assert_int_equal(record_count(environment), 2);
    record_destroy(environment);
    refuse("return { RANK = 1 }, { ['A-B'] = 2 }", ERROR_SITE, "A-B");
}

static void what_slurm_does_not_say_is_nil(void **state)
{
    struct layout layout = plain;
    struct record *environment;

    (void)state;
    layout.cpus_per_task = 0;
    layout.reserved_ports = NULL;
    write_launcher("return { A = tostring(layout.cpus_per_task) .. "
                   "tostring(layout.reserved_ports) }");
    environment = run(&layout);
    assert_string_equal(record_get(environment, "A"), "nilnil");
    record_destroy(environment);
    layout.reserved_ports = "";
    environment = run(&layout);
    assert_string_equal(record_get(environment, "A"), "nilnil");
    record_destroy(environment);
}

static void an_arbitrary_order_becomes_blocks(void **state)
{
    struct layout layout = plain;
    struct record *environment;

    (void)state;
    layout.by_place = true;
    layout.rank = 0;
    write_launcher("return { RANK = layout.rank }");
    environment = run(&layout);
    assert_string_equal(record_get(environment, "RANK"), "4");
    record_destroy(environment);
}

static void what_else_is_known_is_passed(void **state)
{
    struct layout layout = plain;
    struct record *environment;

    (void)state;
    layout.restart = 3;
    layout.gpus_on_node = 2;
    layout.gpus = "0,GPU-7";
    layout.node = "n03";
    layout.interface = "eth0";
    layout.shared_directory = "/job";
    write_launcher("local l = layout return { A = table.concat({l.restart, l.node, "
                   "l.gpus_on_node, l.gpus[1], l.gpus[2], #l.gpus, l.interface, "
                   "l.shared_directory}, ' ') }");
    environment = run(&layout);
    assert_string_equal(record_get(environment, "A"), "3 n03 2 0 GPU-7 2 eth0 /job");
    record_destroy(environment);
}

static void numbers_are_written_plainly(void **state)
{
    struct record *environment;

    (void)state;
    write_launcher("return { INTEGER = 3, WHOLE = 6 / 2, HALF = 0.5, BIG = 2^53, TEXT = "
                   "'1.0', EMPTY = '', _x9 = -1 }");
    environment = run(&plain);
    assert_string_equal(record_get(environment, "INTEGER"), "3");
    assert_string_equal(record_get(environment, "WHOLE"), "3");
    assert_string_equal(record_get(environment, "HALF"), "0.5");
    assert_string_equal(record_get(environment, "BIG"), "9007199254740992");
    assert_string_equal(record_get(environment, "TEXT"), "1.0");
    assert_string_equal(record_get(environment, "EMPTY"), "");
    assert_string_equal(record_get(environment, "_x9"), "-1");
    record_destroy(environment);
}

static void wrong_variables_are_refused(void **state)
{
    (void)state;
    refuse("return { ['A B'] = 1 }", ERROR_SITE, "launcher `test`: `A B`");
    refuse("return { ['9A'] = 1 }", ERROR_SITE, "`9A`");
    refuse("return { [''] = 1 }", ERROR_SITE, "``");
    refuse("return { ['A=B'] = 1 }", ERROR_SITE, "`A=B`");
    refuse("return { ['A\\0B'] = 1 }", ERROR_SITE, "`A`");
    refuse("return { ['A\\27'] = 1 }", ERROR_SITE, "`A?`");
    refuse("return { 'value' }", ERROR_SITE, "number for a name");
    refuse("return { A = true }", ERROR_SITE, "value of A");
    refuse("return { A = {} }", ERROR_SITE, "value of A");
    refuse("return { A = 'x\\ny' }", ERROR_SITE, "value of A");
    refuse("return { A = 'x\\0y' }", ERROR_SITE, "value of A");
    refuse("return { A = ('x'):rep(9000000) }", ERROR_SITE, "room for A");
}

static void a_launcher_may_refuse(void **state)
{
    (void)state;
    refuse("return nil, 'add --resv-ports=1'", ERROR_USER, "add --resv-ports=1");
    refuse("return nil", ERROR_SITE, "returned a nil");
    refuse("return 'x'", ERROR_SITE, "returned a string");
}

static void broken_launchers_are_the_sites(void **state)
{
    static const char *const broken[] = {"",
                                         "return 1",
                                         "return {}",
                                         "return {title = 'x'}",
                                         "return {environment = function() end}",
                                         "return {title = 1, environment = print}"};

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        scratch_write("test.lua", broken[i]);
        refuse_layout(&plain, ERROR_SITE, "launcher `test` does not return");
    }
    scratch_write("test.lua", "return +");
    refuse_layout(&plain, ERROR_SITE, "launcher `test` failed: test.lua:1:");
    refuse("error('broken')", ERROR_SITE, "launcher `test` failed: test.lua:1: broken");
    refuse("while true do end", ERROR_SITE, "test.lua:1: stopped after 2000 ms");
}

static void support_modules_are_found(void **state)
{
    struct record *environment;

    (void)state;
    scratch_write("support/first.lua", "return { first = function(t) return t[1] end }");
    write_launcher("return { A = require('support.first').first(layout.nodes) }");
    environment = run(&plain);
    assert_string_equal(record_get(environment, "A"), "n01");
    record_destroy(environment);
}

static void contradictions_of_slurm_are_refused(void **state)
{
    struct layout layout = plain;

    (void)state;
    write_launcher("return {}");
    layout.tasks_per_node = "2";
    refuse_layout(&layout, ERROR_NODE, "3 nodes, 1 counts");
    layout = plain;
    layout.node_rank = 3;
    refuse_layout(&layout, ERROR_NODE, "node rank 3");
    layout = plain;
    layout.nodes = "";
    layout.tasks_per_node = "";
    layout.node_rank = 0;
    refuse_layout(&layout, ERROR_NODE, "0 nodes");
    layout = plain;
    layout.nodes = "n[";
    refuse_layout(&layout, ERROR_NODE, "not closed");
    layout = plain;
    layout.tasks_per_node = "2(x";
    refuse_layout(&layout, ERROR_NODE, "2(x");
    layout = plain;
    layout.reserved_ports = "1-";
    refuse_layout(&layout, ERROR_NODE, "1-");
}

static void large_steps_fit(void **state)
{
    struct layout layout = plain;
    struct record *environment;

    (void)state;
    layout.nodes = "a-rather-long-host-name-[00001-65536].cluster.example";
    layout.tasks_per_node = "128(x65536)";
    layout.node_rank = 65535;
    write_launcher("return { N = #layout.nodes, LAST = layout.nodes[65536], L = "
                   "layout.local_tasks, BYTES = #table.concat(layout.nodes, ',') }");
    environment = run(&layout);
    assert_string_equal(record_get(environment, "N"), "65536");
    assert_string_equal(record_get(environment, "LAST"),
                        "a-rather-long-host-name-65536.cluster.example");
    assert_string_equal(record_get(environment, "L"), "128");
    record_destroy(environment);
}

static void refuse_framework(const char *wanted, enum error_party party, const char *text)
{
    struct error error = NO_ERROR;
    const struct launcher unknown = launcher_fixture(wanted);
    struct record *environment;

    assert_int_equal(launcher_directory_has(scratch_path("."), wanted, &error), -1);
    assert_string_equal(error.text, text);
    assert_int_equal(error.party, party);
    error_clear(&error);
    assert_int_equal(launcher_environment(&environment, &unknown, &plain, &error), -1);
    assert_string_equal(error.text, text);
}

static void unknown_frameworks_get_the_list(void **state)
{
    (void)state;
    scratch_write("pytorch.lua", "");
    scratch_write("mpi.lua", "");
    scratch_write("README.md", "");
    scratch_write("support/x.lua", "");
    scratch_write(".hidden.lua", "");
    scratch_write(".lua", "");
    mkdir(scratch_path("directory"), 0755);
    assert_int_equal(launcher_directory_has(scratch_path("."), "mpi", NULL), 0);
    refuse_framework("foo", ERROR_USER,
                     "framework `foo` is not known here: choose one of mpi, pytorch");
    refuse_framework("support/x", ERROR_USER,
                     "framework `support/x` is not known here: choose one of mpi, "
                     "pytorch");
    refuse_framework("../x", ERROR_USER,
                     "framework `../x` is not known here: choose one of mpi, pytorch");
    refuse_framework("mpi\n", ERROR_USER,
                     "framework `mpi?` is not known here: choose one of mpi, pytorch");
    refuse_framework("README.md", ERROR_USER,
                     "framework `README.md` is not known here: choose one of mpi, "
                     "pytorch");
}

static void a_site_without_launchers_is_told(void **state)
{
    struct error error = NO_ERROR;
    char text[512];

    (void)state;
    snprintf(text, sizeof(text), "no launcher is installed in %s", scratch_path("."));
    refuse_framework("mpi", ERROR_SITE, text);
    assert_int_equal(launcher_directory_has(scratch_path("none"), "mpi", &error), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_contains(error.text, "cannot list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAUNCHER_TEST(the_whole_layout_is_passed),
        LAUNCHER_TEST(defaults_are_told_from_what_must_be),
        LAUNCHER_TEST(what_slurm_does_not_say_is_nil),
        LAUNCHER_TEST(an_arbitrary_order_becomes_blocks),
        LAUNCHER_TEST(what_else_is_known_is_passed),
        LAUNCHER_TEST(numbers_are_written_plainly),
        LAUNCHER_TEST(wrong_variables_are_refused),
        LAUNCHER_TEST(a_launcher_may_refuse),
        LAUNCHER_TEST(broken_launchers_are_the_sites),
        LAUNCHER_TEST(support_modules_are_found),
        LAUNCHER_TEST(contradictions_of_slurm_are_refused),
        LAUNCHER_TEST(large_steps_fit),
        LAUNCHER_TEST(unknown_frameworks_get_the_list),
        LAUNCHER_TEST(a_site_without_launchers_is_told),
    };

    return RUN_TAP(tests);
}
