/* error_test.c: an error keeps its first sentence, whole or cut. */
#include "tests/unit/unit.h"

#include <string.h>

static void sentence_and_party_are_kept(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    assert_int_equal(error_set(&error, ERROR_STORAGE, "server %s: %d s", "a", 3), -1);
    assert_int_equal(error.party, ERROR_STORAGE);
    assert_string_equal(error.text, "server a: 3 s");
}

static void first_error_stays(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    error_set(&error, ERROR_USER, "cause");
    assert_int_equal(error_set(&error, ERROR_NODE, "consequence"), -1);
    assert_int_equal(error.party, ERROR_USER);
    assert_string_equal(error.text, "cause");
    error_clear(&error);
    assert_int_equal(error.party, ERROR_NONE);
    assert_string_equal(error.text, "");
}

static void an_error_is_passed_on_with_its_party(void **state)
{
    struct error cause = NO_ERROR, error = NO_ERROR;

    (void)state;
    assert_int_equal(error_pass(&error, &cause), 0);
    assert_int_equal(error.party, ERROR_NONE);
    error_set(&cause, ERROR_STORAGE, "100%% full");
    assert_int_equal(error_pass(&error, &cause), -1);
    assert_int_equal(error.party, ERROR_STORAGE);
    assert_string_equal(error.text, "100% full");
    assert_int_equal(error_pass(NULL, &cause), -1);
}

static void an_error_is_wrapped_in_its_subject(void **state)
{
    struct error cause = NO_ERROR, error = NO_ERROR;

    (void)state;
    assert_int_equal(error_wrap(&error, &cause, "volume `%s`", "data"), 0);
    assert_int_equal(error.party, ERROR_NONE);
    error_set(&cause, ERROR_SITE, "no such export");
    assert_int_equal(error_wrap(&error, &cause, "volume `%s`", "data"), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_string_equal(error.text, "volume `data`: no such export");
    assert_int_equal(error_wrap(&error, &error, "job %d", 7), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_string_equal(error.text, "job 7: volume `data`: no such export");
    error_wrap(&error, &cause, "later");
    assert_string_equal(error.text, "job 7: volume `data`: no such export");
}

static void nobody_may_be_interested(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, ERROR_USER, "%s", "lost"), -1);
}

static void control_characters_are_replaced(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    error_set(&error, ERROR_USER, "a%cb%cc\td\n\xc3\xa9", 0x1b, 0x7f);
    assert_string_equal(error.text, "a?b?c?d?\xc3\xa9");
}

static void long_sentences_are_cut(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    error_set(&error, ERROR_USER, "%0*d", 2 * ERROR_TEXT_SIZE, 0);
    assert_int_equal(strlen(error.text), ERROR_TEXT_SIZE - 1);
}

static void party_names_are_read_back(void **state)
{
    (void)state;
    for (int party = ERROR_NONE; party <= ERROR_SITE; party++)
        assert_int_equal(error_party_parse(error_party_name((enum error_party)party)),
                         party);
    assert_string_equal(error_party_name(ERROR_USER), "user");
    assert_string_equal(error_party_name(ERROR_SITE), "site");
    assert_string_equal(error_party_name((enum error_party)99), "none");
    assert_int_equal(error_party_parse("nobody"), ERROR_NONE);
    assert_int_equal(error_party_parse(NULL), ERROR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentence_and_party_are_kept),
        cmocka_unit_test(first_error_stays),
        cmocka_unit_test(an_error_is_passed_on_with_its_party),
        cmocka_unit_test(an_error_is_wrapped_in_its_subject),
        cmocka_unit_test(nobody_may_be_interested),
        cmocka_unit_test(control_characters_are_replaced),
        cmocka_unit_test(long_sentences_are_cut),
        cmocka_unit_test(party_names_are_read_back),
    };

    return RUN_TAP(tests);
}
