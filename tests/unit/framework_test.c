/* framework_test.c: the values that --framework takes. */
#include "tests/unit/unit.h"

#include "lib/option/framework.h"

#include <string.h>

static void parse(const char *text, const char *name, const char *settings)
{
    struct error error = NO_ERROR;
    struct framework framework;

    assert_int_equal(framework_parse(&framework, "--framework", text, &error), 0);
    assert_string_equal(framework.name, name);
    assert_string_equal(framework.settings, settings);
}

static void refuse(const char *text, const char *sentence)
{
    struct error error = NO_ERROR;
    struct framework framework;

    assert_int_equal(framework_parse(&framework, "--framework", text, &error), -1);
    assert_int_equal(error.party, ERROR_USER);
    if (strncmp(error.text, sentence, strlen(sentence)) != 0)
        fail_msg("%s", error.text);
}

static void names_and_settings_are_parted(void **state)
{
    (void)state;
    parse("mpi", "mpi", "");
    parse("tensorflow:ps=1,chief", "tensorflow", "ps=1,chief");
    parse("a:directory=/x/y-z_1.2", "a", "directory=/x/y-z_1.2");
    assert_string_equal(framework_settings("a:b=c"), "b=c");
    assert_string_equal(framework_settings("a"), "");
}

static void wrong_names_are_refused(void **state)
{
    (void)state;
    refuse(NULL, "--framework= is not the name of a framework: a name is 1 to 64");
    refuse("", "--framework= is not the name");
    refuse(":ps=1", "--framework=:ps=1 is not the name");
    refuse("../x", "--framework=../x is not the name");
    refuse("a b:ps=1", "--framework=a b:ps=1 is not the name");
    refuse("\33", "--framework=? is not the name");
}

static void wrong_settings_are_refused(void **state)
{
    (void)state;
    refuse("a:", "--framework=a: `` are no settings");
    refuse("a:b c", "--framework=a: `b c` are no settings");
    refuse("a:b:c", "--framework=a: `b:c` are no settings");
    refuse("a:$(x)", "--framework=a: `$(x)` are no settings");
    refuse("a:\n", "--framework=a: `?` are no settings");
}

static void lengths_are_bounded(void **state)
{
    char text[512];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[NAME_LENGTH_MAX] = ':';
    text[FRAMEWORK_TEXT_MAX] = '\0';
    text[0] = 'b';
    {
        struct error error = NO_ERROR;
        struct framework framework;

        assert_int_equal(framework_parse(&framework, "x", text, &error), 0);
        assert_int_equal(strlen(framework.name), NAME_LENGTH_MAX);
        assert_int_equal(strlen(framework.settings), FRAMEWORK_SETTINGS_MAX);
    }
    text[FRAMEWORK_TEXT_MAX] = 'a';
    text[FRAMEWORK_TEXT_MAX + 1] = '\0';
    refuse(text, "--framework=ba");
    text[NAME_LENGTH_MAX] = 'a';
    text[NAME_LENGTH_MAX + 1] = ':';
    refuse(text, "--framework=ba");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_settings_are_parted),
        cmocka_unit_test(wrong_names_are_refused),
        cmocka_unit_test(wrong_settings_are_refused),
        cmocka_unit_test(lengths_are_bounded),
    };

    return RUN_TAP(tests);
}
