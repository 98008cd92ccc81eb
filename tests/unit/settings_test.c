/* settings_test.c: which settings are taken and which refused. */
#include "tests/unit/unit.h"

#include "lib/settings.h"

#include <stdio.h>
#include <string.h>

static void defaults_are_those_of_configure(void **state)
{
    struct settings settings;

    (void)state;
    settings_init(&settings);
    assert_string_equal(settings.policy, POLICY_FILE);
    assert_string_equal(settings.lua, LUA_DIR);
    assert_string_equal(settings.launchers, LAUNCHERS_DIR);
    assert_string_equal(settings.keeper, PROGRAM_DIR "/atelier-keeper");
    assert_string_equal(settings.nfs, PROGRAM_DIR "/atelier-nfs");
    assert_string_equal(settings.run, RUN_DIR);
    assert_string_equal(settings.mounts, "/mnt/atelier");
    assert_string_equal(settings.log, "syslog");
    assert_false(settings_serve_defaults(&settings));
}

static void words_change_settings(void **state)
{
    struct settings settings;
    struct error error = NO_ERROR;
    char *const words[] = {"policy=/a/b.lua", "log=/var/log/atelier",
                           "mounts=/../data=1"};

    (void)state;
    settings_init(&settings);
    assert_int_equal(settings_apply_all(&settings, 3, words, &error), 0);
    assert_string_equal(settings.policy, "/a/b.lua");
    assert_string_equal(settings.log, "/var/log/atelier");
    assert_string_equal(settings.mounts, "/../data=1");
    assert_int_equal(settings_apply(&settings, "defaults=on", &error), 0);
    assert_true(settings_serve_defaults(&settings));
    assert_int_equal(settings_apply(&settings, "log=stderr", &error), 0);
    assert_int_equal(settings_apply(&settings, "log=syslog", &error), 0);
    assert_int_equal(error.party, ERROR_NONE);
}

static void refuse(const char *word, const char *part)
{
    struct settings settings, before;
    struct error error = NO_ERROR;

    settings_init(&settings);
    before = settings;
    assert_int_equal(settings_apply(&settings, word, &error), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_contains(error.text, part);
    assert_memory_equal(&settings, &before, sizeof(settings));
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    refuse("polcy=/a",
           "policy, lua, launchers, keeper, nfs, rank, doctor, experiment, scontrol, "
           "run, state, mounts, defaults, log, client_ids");
    refuse("polic=/a", "`polic=/a`");
    refuse("policyx=/a", "no setting");
    refuse("defaults=yes", "neither defaults=on nor defaults=off");
    refuse("defaults=/a", "neither");
    refuse("policy", "KEY=VALUE");
    refuse("", "KEY=VALUE");
    refuse("=", "KEY=VALUE");
    refuse("policy=", "absolute");
    refuse("policy=a/b", "absolute");
    refuse("policy=stderr", "absolute");
    refuse("log=journal", "absolute");
    refuse("client_ids=/a", "client_ids=FIRST-LAST");
    refuse("client_ids=5", "no range");
    refuse("client_ids=5-", "no range");
    refuse("client_ids=0-5", "no range");
    refuse("client_ids=5-5", "no range");
    refuse("client_ids=6-5", "no range");
    refuse("client_ids=5-6x", "no range");
    refuse("client_ids=5-6-7", "no range");
    refuse("client_ids=+5-6", "no range");
    refuse("client_ids=5-4294967295", "no range");
    refuse("client_ids=5-99999999999", "no range");
}

static void ids_are_a_range(void **state)
{
    struct settings settings;
    struct error error = NO_ERROR;

    (void)state;
    settings_init(&settings);
    assert_int_equal(settings_client_ids(&settings).first, 2100000000);
    assert_int_equal(settings_client_ids(&settings).last, 2100065535);
    assert_int_equal(settings_apply(&settings, "client_ids=5-4294967294", &error), 0);
    assert_int_equal(settings_client_ids(&settings).first, 5);
    assert_int_equal(settings_client_ids(&settings).last, 4294967294U);
}

static void length_is_bounded(void **state)
{
    char word[SETTINGS_WORD_SIZE + 8];
    struct settings settings;
    struct error error = NO_ERROR;

    (void)state;
    settings_init(&settings);
    snprintf(word, sizeof(word), "nfs=/%0*d", SETTINGS_PATH_SIZE - 2, 0);
    assert_int_equal(settings_apply(&settings, word, &error), 0);
    assert_int_equal(strlen(settings.nfs), SETTINGS_PATH_SIZE - 1);
    snprintf(word, sizeof(word), "nfs=/%0*d", SETTINGS_PATH_SIZE - 1, 0);
    refuse(word, "too long");
}

static void a_wrong_word_does_not_hide_the_next(void **state)
{
    struct settings settings;
    struct error error = NO_ERROR;
    char *const words[] = {"first=/x", "second=/y", "run=/var/run/here"};

    (void)state;
    settings_init(&settings);
    assert_int_equal(settings_apply_all(&settings, 3, words, &error), -1);
    assert_contains(error.text, "first=/x");
    assert_string_equal(settings.run, "/var/run/here");
}

static void words_carry_all_settings_on(void **state)
{
    struct settings settings, copy;
    struct error error = NO_ERROR;
    char word[SETTINGS_WORD_SIZE];

    (void)state;
    memset(&settings, 0, sizeof(settings));
    settings_init(&settings);
    settings_apply(&settings, "mounts=/volumes", &error);
    settings_apply(&settings, "log=stderr", &error);
    memset(&copy, 0, sizeof(copy));
    assert_int_equal(settings_count(), sizeof(settings) / SETTINGS_PATH_SIZE);
    for (size_t i = 0; i < settings_count(); i++) {
        settings_word(&settings, i, word);
        assert_int_equal(settings_apply(&copy, word, &error), 0);
    }
    assert_string_equal(copy.mounts, "/volumes");
    assert_string_equal(copy.log, "stderr");
    assert_string_equal(copy.policy, POLICY_FILE);
    assert_string_equal(copy.keeper, settings.keeper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_configure),
        cmocka_unit_test(words_change_settings),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(ids_are_a_range),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(a_wrong_word_does_not_hide_the_next),
        cmocka_unit_test(words_carry_all_settings_on),
    };

    return RUN_TAP(tests);
}
