/* launcher_meeting_test.c: where the tasks of a step meet, by launcher and layout. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_meeting.h"
#include "tests/unit/launcher_fixture.h"

#include <stdio.h>
#include <string.h>

static const struct layout plain = {
    .job = 7,
    .nodes = "n[1-2]",
    .tasks_per_node = "2,1",
    .tasks = 3,
    .rank = 2,
    .node_rank = 1,
};

/* Writes launcher `test` whose table has `more`, and the common address. */
static void write_launcher(const char *more)
{
    launcher_fixture_write("test", more, "return {}");
    scratch_write("support/rendezvous.lua",
                  "return { meeting = function(layout) "
                  "return { node = layout.nodes[1], port = 20500 } end }");
}

static void expect(const char *more, const char *node, unsigned port, unsigned own_port,
                   const char *directory)
{
    const struct launcher launcher = launcher_fixture("test");
    struct error error = NO_ERROR;
    struct meeting meeting;

    write_launcher(more);
    if (launcher_meeting(&meeting, &launcher, &plain, &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(meeting.node, node);
    assert_int_equal(meeting.port, port);
    assert_int_equal(meeting.own_port, own_port);
    if (directory)
        assert_string_equal(meeting.directory, directory);
    else
        assert_null(meeting.directory);
    assert_int_equal(meeting.rank, 2);
    assert_int_equal(meeting.nodes.count, 2);
    assert_int_equal(meeting.tasks_per_node[0], 2);
    assert_int_equal(meeting.tasks_per_node[1], 1);
    launcher_meeting_release(&meeting);
}

static void refuse(const char *more, enum error_party party, const char *part)
{
    const struct launcher launcher = launcher_fixture("test");
    struct error error = NO_ERROR;
    struct meeting meeting;

    write_launcher(more);
    assert_int_equal(launcher_meeting(&meeting, &launcher, &plain, &error), -1);
    launcher_meeting_release(&meeting);
    if (!strstr(error.text, part))
        fail_msg("%s", error.text);
    assert_int_equal(error.party, party);
}

static void a_launcher_says_where(void **state)
{
    (void)state;
    expect(
        "meeting = function(layout) return { node = layout.nodes[2], port = 65535 } end",
        "n2", 65535, 0, NULL);
}

static void else_it_is_the_common_address(void **state)
{
    (void)state;
    expect("", "n1", 20500, 0, NULL);
    expect("meeting = function() return {} end", "n1", 20500, 0, NULL);
}

static void a_task_may_listen_and_a_directory_be_shared(void **state)
{
    (void)state;
    expect("meeting = function(layout) return { own_port = 12000 + layout.rank } end",
           "n1", 20500, 12002, NULL);
    expect("meeting = function() return { directory = '/shared' } end", "n1", 20500, 0,
           "/shared");
}

static void the_settings_reach_it(void **state)
{
    (void)state;
    expect("settings = { port = { kind = 'count', default = 4711 } }, "
           "meeting = function(layout) return { node = 'n1', "
           "port = layout.settings.port } end",
           "n1", 4711, 0, NULL);
}

static void it_may_refuse(void **state)
{
    (void)state;
    refuse("meeting = function() return nil, 'choose a directory' end", ERROR_USER,
           "choose a directory");
}

static void a_wrong_one_is_the_sites(void **state)
{
    const char *wrong = "launcher `test`: meeting() returned no node with a port of 1 to";

    (void)state;
    refuse("meeting = function() return 7 end", ERROR_SITE,
           "launcher `test`: meeting() returned a number and not a table");
    refuse("meeting = function() return nil end", ERROR_SITE, "returned a nil and not");
    refuse("meeting = function() return { node = 'n1' } end", ERROR_SITE, wrong);
    refuse("meeting = function() return { node = 'n1', port = 65536 } end", ERROR_SITE,
           wrong);
    refuse("meeting = function() return { own_port = 70000 } end", ERROR_SITE, wrong);
    refuse("meeting = function() return { directory = 'here' } end", ERROR_SITE, wrong);
    refuse("meeting = function() return { node = ('n'):rep(300), port = 1 } end",
           ERROR_SITE, wrong);
    refuse("meeting = function() error('no') end", ERROR_SITE, "launcher `test` failed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAUNCHER_TEST(a_launcher_says_where),
        LAUNCHER_TEST(else_it_is_the_common_address),
        LAUNCHER_TEST(a_task_may_listen_and_a_directory_be_shared),
        LAUNCHER_TEST(the_settings_reach_it),
        LAUNCHER_TEST(it_may_refuse),
        LAUNCHER_TEST(a_wrong_one_is_the_sites),
    };

    return RUN_TAP(tests);
}
