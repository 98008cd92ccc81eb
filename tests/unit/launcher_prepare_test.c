#include "unit.h"

#include "launcher.h"
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

static void expect(const char *name, const char *value)
{
    struct error error = NO_ERROR;
    struct framework framework = {.name = ""};
    struct record *environment;

    strcpy(framework.name, name);
    if (launcher_environment(&environment, scratch_path("."), &framework, &plain,
                             &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(record_get(environment, "A"), value);
    record_destroy(environment);
}

static void it_is_loaded_ahead(void **state)
{
    (void)state;
    write_launcher("ahead.lua", "first");
    launcher_prepare(scratch_path("."), "ahead");
    write_launcher("ahead.lua", "second");
    for (int run = 0; run < 3; run++)
        expect("ahead", "first7!");
}

static void another_one_is_not(void **state)
{
    (void)state;
    write_launcher("one.lua", "one");
    write_launcher("other.lua", "other");
    launcher_prepare(scratch_path("."), "one");
    write_launcher("one.lua", "changed");
    expect("other", "other7!");
    expect("one", "one7!");
    launcher_prepare(scratch_path("."), "other");
    expect("one", "changed7!");
}

static void what_others_can_change_is_not(void **state)
{
    (void)state;
    write_launcher("exposed.lua", "first");
    chmod(scratch_path("exposed.lua"), 0666);
    launcher_prepare(scratch_path("."), "exposed");
    write_launcher("exposed.lua", "second");
    expect("exposed", "second7!");
    write_launcher("helped.lua", "first");
    chmod(scratch_path("support/helper.lua"), 0666);
    launcher_prepare(scratch_path("."), "helped");
    write_launcher("helped.lua", "second");
    expect("helped", "second7!");
}

static void what_fails_is_told_by_the_run(void **state)
{
    struct error error = NO_ERROR;
    const struct framework broken = {.name = "broken"};
    struct record *environment;

    (void)state;
    launcher_prepare(scratch_path("."), "missing");
    launcher_prepare(scratch_path("."), "../x");
    scratch_write("broken.lua", "while true do end");
    launcher_prepare(scratch_path("."), "broken");
    scratch_write("broken.lua", "error 'no'");
    launcher_prepare(scratch_path("."), "broken");
    assert_int_equal(
        launcher_environment(&environment, scratch_path("."), &broken, &plain, &error),
        -1);
    assert_contains(error.text, "launcher `broken` failed: broken.lua:1: no");
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
    };

    SKIP_UNTRUSTED(tests, scratch_setup_trusted);
    return RUN_TAP(tests);
}
