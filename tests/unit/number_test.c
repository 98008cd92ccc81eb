/* number_test.c: whole numbers in texts of others: what is one, what is none, and what
 * does not fit. */
#include "lib/number.h"
#include "tests/unit/unit.h"

#include <string.h>

static void what_is_a_number_is_read(void **state)
{
    uint64_t number = 0;

    (void)state;
    assert_true(number_parse("0", 0, &number));
    assert_int_equal(number, 0);
    assert_true(number_parse("4294967295", UINT32_MAX, &number));
    assert_int_equal(number, UINT32_MAX);
    assert_true(number_parse("18446744073709551615", UINT64_MAX, &number));
    assert_true(number == UINT64_MAX);
    assert_true(number_parse("0000000000000000000000007", 9, &number));
    assert_int_equal(number, 7);
}

static void what_is_none_is_refused(void **state)
{
    static const char *const texts[] = {"",    " 7",  "7 ",  "-1",  "+1",  "0x10",
                                        "1e3", "1.0", "7\n", "N/A", "\t7", "7,8"};
    uint64_t number = 42;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(number_parse(texts[i], UINT64_MAX, &number));
    assert_false(number_parse(NULL, UINT64_MAX, &number));
    assert_int_equal(number, 42);
}

static void what_does_not_fit_is_refused(void **state)
{
    uint64_t number = 42;

    (void)state;
    assert_false(number_parse("1", 0, &number));
    assert_false(number_parse("10", 9, &number));
    assert_false(number_parse("4294967296", UINT32_MAX, &number));
    assert_false(number_parse("18446744073709551616", UINT64_MAX, &number));
    assert_false(number_parse("99999999999999999999", UINT64_MAX, &number));
    assert_false(number_parse("184467440737095516150", UINT64_MAX, &number));
    assert_int_equal(number, 42);
}

static void what_stands_behind_is_left(void **state)
{
    const char *text = "12,7x";
    uint64_t number;

    (void)state;
    assert_true(number_read(&text, 100, &number));
    assert_int_equal(number, 12);
    assert_string_equal(text, ",7x");
    assert_false(number_read(&text, 100, &number));
    assert_string_equal(text++, ",7x");
    assert_false(number_read(&text, 6, &number));
    assert_string_equal(text, "7x");
    assert_int_equal(number, 12);
}

static void no_number_counts_as_none(void **state)
{
    (void)state;
    assert_int_equal(number_of("3(IDX:0-2)", 9), 3);
    assert_int_equal(number_of("10", 9), 0);
    assert_int_equal(number_of("(null)", 9), 0);
    assert_int_equal(number_of(NULL, 9), 0);
}

static void digits_alone_are_digits(void **state)
{
    (void)state;
    assert_true(number_is_digits("007"));
    assert_false(number_is_digits(""));
    assert_false(number_is_digits("7a"));
    assert_false(number_is_digits("-7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_a_number_is_read),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(what_stands_behind_is_left),
        cmocka_unit_test(no_number_counts_as_none),
        cmocka_unit_test(digits_alone_are_digits),
    };

    return RUN_TAP(tests);
}
