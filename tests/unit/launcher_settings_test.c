/* launcher_settings_test.c: settings of a framework reach its launcher, checked. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_directory.h"
#include "tests/unit/launcher_fixture.h"

static const struct layout plain = {
    .job = 7, .nodes = "n1", .tasks_per_node = "1", .tasks = 1};

#define PLAIN "return { title = 'Test', environment = function() return {} end }"

/* Writes launcher `test` with settings, and a support/settings.lua that mirrors. */
static void write_settings(void)
{
    scratch_write("support/settings.lua",
                  "return { read = function(name, declared, text) "
                  "if text == 'bad' then return nil, 'no ' .. name end "
                  "return { it = text .. declared.x } end, "
                  "describe = function() return {{'x', 'x=N', 'about x'}} end }");
    scratch_write(
        "test.lua",
        "return { title = 'Test', example = 'srun x', settings = { x = 'X' }, "
        "environment = function(layout) return { A = layout.settings.it } end }");
}

static void settings_reach_the_launcher(void **state)
{
    const struct launcher good = launcher_fixture("test:a=1");
    const struct launcher bad = launcher_fixture("test:bad");
    struct error error = NO_ERROR;
    struct record *environment;

    (void)state;
    write_settings();
    assert_int_equal(launcher_check(&good, &error), 0);
    assert_int_equal(launcher_environment(&environment, &good, &plain, &error), 0);
    assert_string_equal(record_get(environment, "A"), "a=1X");
    record_destroy(environment);
    assert_int_equal(launcher_check(&bad, &error), -1);
    assert_string_equal(error.text, "no test");
    assert_int_equal(error.party, ERROR_USER);
    error_clear(&error);
    assert_int_equal(launcher_environment(&environment, &bad, &plain, &error), -1);
    assert_string_equal(error.text, "no test");
}

static void settings_that_nobody_declared_are_refused(void **state)
{
    const struct launcher asked = launcher_fixture("test:a=1");
    struct error error = NO_ERROR;

    (void)state;
    scratch_write("test.lua", PLAIN);
    assert_int_equal(launcher_check(&asked, &error), -1);
    assert_string_equal(error.text, "framework `test` has no settings: leave out `:a=1`");
    assert_int_equal(error.party, ERROR_USER);
}

static void defaults_need_no_words(void **state)
{
    const struct launcher asked = launcher_fixture("test");
    struct error error = NO_ERROR;
    struct record *environment;

    (void)state;
    scratch_write("test.lua",
                  "return { title = 'Test', settings = { a = { default = 7 }, "
                  "b = {} }, environment = function(layout) return { A = "
                  "layout.settings.a .. tostring(layout.settings.b) } end }");
    assert_int_equal(launcher_environment(&environment, &asked, &plain, &error), 0);
    assert_string_equal(record_get(environment, "A"), "7nil");
    record_destroy(environment);
    scratch_write("test.lua", "return { title = 'Test', settings = 'x', environment = "
                              "function() return {} end }");
    assert_int_equal(launcher_environment(&environment, &asked, &plain, &error), -1);
    assert_string_equal(error.text, "launcher `test`: its settings are no table");
}

static void a_launcher_describes_itself(void **state)
{
    const struct launcher launcher = launcher_fixture("test");
    struct error error = NO_ERROR;
    struct record *description;

    (void)state;
    write_settings();
    assert_int_equal(launcher_describe(&description, &launcher, &error), 0);
    assert_string_equal(record_get(description, "title"), "Test");
    assert_string_equal(record_get(description, "example"), "srun x");
    assert_string_equal(record_get(description, "setting.x"), "x=N\tabout x");
    assert_int_equal(record_count(description), 3);
    record_destroy(description);
    scratch_write("test.lua", PLAIN);
    assert_int_equal(launcher_describe(&description, &launcher, &error), 0);
    assert_int_equal(record_count(description), 1);
    record_destroy(description);
}

static void a_name_without_launcher_is_not_described(void **state)
{
    const struct launcher other = launcher_fixture("other");
    struct error error = NO_ERROR;
    struct record *description;

    (void)state;
    scratch_write("test.lua", PLAIN);
    assert_int_equal(launcher_describe(&description, &other, &error), -1);
    assert_null(description);
    assert_string_equal(error.text,
                        "framework `other` is not known here: choose one of test");
}

static void launchers_are_listed_by_name(void **state)
{
    struct error error = NO_ERROR;
    struct launcher_names names;

    (void)state;
    scratch_write("b.lua", PLAIN);
    scratch_write("a-b.lua", PLAIN);
    scratch_write("a.lua", PLAIN);
    scratch_write("README.md", "");
    assert_int_equal(launcher_names_read(&names, scratch_path("."), &error), 0);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.names[0], "a");
    assert_string_equal(names.names[1], "a-b");
    assert_string_equal(names.names[2], "b");
    launcher_names_release(&names);
    assert_int_equal(names.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAUNCHER_TEST(settings_reach_the_launcher),
        LAUNCHER_TEST(settings_that_nobody_declared_are_refused),
        LAUNCHER_TEST(defaults_need_no_words),
        LAUNCHER_TEST(a_launcher_describes_itself),
        LAUNCHER_TEST(a_name_without_launcher_is_not_described),
        LAUNCHER_TEST(launchers_are_listed_by_name),
    };

    return RUN_TAP(tests);
}
