/* launcher_fixture.c: launchers in the scratch directory. */
#include "tests/unit/launcher_fixture.h"

#include <stdio.h>
#include <string.h>

struct launcher launcher_fixture(const char *text)
{
    static char directory[SCRATCH_PATH_SIZE];
    struct launcher launcher = {.directory = directory};
    struct error ignored = NO_ERROR;

    snprintf(directory, sizeof(directory), "%s", scratch_path("."));
    if (framework_parse(&launcher.framework, "test", text, &ignored) < 0)
        snprintf(launcher.framework.name, sizeof(launcher.framework.name), "%s", text);
    return launcher;
}

void launcher_fixture_write(const char *name, const char *more, const char *body)
{
    char file[64], text[2048];

    snprintf(file, sizeof(file), "%s.lua", name);
    snprintf(text, sizeof(text),
             "return { title = 'Test', environment = function(layout) %s end, %s }", body,
             more);
    scratch_write(file, text);
}

struct record *launcher_fixture_ask(const struct launcher *launcher,
                                    const struct layout *layout)
{
    struct error error = NO_ERROR;
    struct record *environment;

    if (launcher_environment(&environment, launcher, layout, &error) < 0)
        fail_msg("%s", error.text);
    return environment;
}

void launcher_fixture_expect(const struct launcher *launcher, const struct layout *layout,
                             const char *value)
{
    struct record *environment = launcher_fixture_ask(launcher, layout);

    assert_string_equal(record_get(environment, "A"), value);
    record_destroy(environment);
}

void launcher_fixture_refuse(const struct launcher *launcher, const struct layout *layout,
                             enum error_party party, const char *part)
{
    struct error error = NO_ERROR;
    struct record *environment;

    assert_int_equal(launcher_environment(&environment, launcher, layout, &error), -1);
    assert_null(environment);
    if (!strstr(error.text, part))
        fail_msg("%s", error.text);
    assert_int_equal(error.party, party);
}
