/* record_test.c: records and their wire form. */
#include "tests/unit/unit.h"

#include "lib/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `text` with its bytes of NUL, without the one that C adds. */
#define DECODE(text) record_decode(text, sizeof(text) - 1)

static void values_are_kept_in_order(void **state)
{
    struct record *record = record_create();

    (void)state;
    assert_int_equal(record_set(record, "b", "1"), 0);
    assert_int_equal(record_set(record, "a", ""), 0);
    assert_int_equal(record_set(record, "b", "x=y\n"), 0);
    assert_int_equal(record_count(record), 2);
    assert_string_equal(record_key(record, 0), "b");
    assert_string_equal(record_value(record, 0), "x=y\n");
    assert_string_equal(record_get(record, "a"), "");
    assert_null(record_get(record, "c"));
    record_destroy(record);
    record_destroy(NULL);
}

static void a_value_may_be_set_from_itself(void **state)
{
    struct record *record = record_create();

    (void)state;
    record_set(record, "a", "0123456789");
    assert_int_equal(record_set(record, "a", record_get(record, "a") + 3), 0);
    assert_string_equal(record_get(record, "a"), "3456789");
    record_destroy(record);
}

static void formats_make_values(void **state)
{
    struct record *record = record_create();

    (void)state;
    assert_int_equal(record_setf(record, "job", "%d.%s", 7, "batch"), 0);
    assert_string_equal(record_get(record, "job"), "7.batch");
    record_destroy(record);
}

static void malformed_keys_are_refused(void **state)
{
    struct record *record = record_create();

    (void)state;
    assert_int_equal(record_set(record, "", "1"), -1);
    assert_int_equal(record_set(record, "a=b", "1"), -1);
    assert_int_equal(record_count(record), 0);
    record_destroy(record);
}

static void size_is_bounded_and_a_refusal_changes_nothing(void **state)
{
    struct record *record = record_create();
    char *value = malloc(RECORD_SIZE_MAX);
    char *buffer = malloc(RECORD_SIZE_MAX);

    (void)state;
    memset(value, 'v', RECORD_SIZE_MAX);
    value[RECORD_SIZE_MAX - 3] = '\0';
    assert_int_equal(record_set(record, "k", value), 0); /* just fits */
    assert_int_equal(record_encode(record, buffer, RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    assert_int_equal(record_encode(record, buffer, RECORD_SIZE_MAX - 1), -1);
    assert_int_equal(record_set(record, "l", ""), -1);
    assert_int_equal(record_set(record, "k", "short"), 0);
    value[RECORD_SIZE_MAX - 3] = 'v';
    value[RECORD_SIZE_MAX - 2] = '\0';
    assert_int_equal(record_set(record, "k", value), -1);
    assert_string_equal(record_get(record, "k"), "short");
    assert_int_equal(record_set(record, "l", ""), 0);
    assert_int_equal(record_encode(record, buffer, RECORD_SIZE_MAX), 8 + 3);
    assert_memory_equal(buffer, "k=short\0l=\0", 11);
    record_destroy(record);
    free(value);
    free(buffer);
}

/* The last byte counts for a first value as for a replaced one. */
static void a_first_value_has_the_same_bound(void **state)
{
    struct record *record = record_create();

    (void)state;
    assert_int_equal(record_setf(record, "k", "%0*d", RECORD_SIZE_MAX - 2, 0), -1);
    assert_int_equal(record_count(record), 0);
    assert_int_equal(record_setf(record, "k", "%0*d", RECORD_SIZE_MAX - 3, 0), 0);
    record_destroy(record);
}

static void wire_form_comes_back(void **state)
{
    struct record *record = DECODE("a=1\0env.X=y=z\0a=2\0empty=\0");
    char buffer[64];

    (void)state;
    assert_non_null(record);
    assert_int_equal(record_count(record), 3);
    assert_string_equal(record_get(record, "a"), "2");
    assert_string_equal(record_get(record, "env.X"), "y=z");
    assert_string_equal(record_get(record, "empty"), "");
    assert_int_equal(record_encode(record, buffer, sizeof(buffer)), 21);
    assert_memory_equal(buffer, "a=2\0env.X=y=z\0empty=\0", 21);
    record_destroy(record);
}

static void nothing_is_an_empty_record(void **state)
{
    struct record *record = record_decode("", 0);

    (void)state;
    assert_non_null(record);
    assert_int_equal(record_count(record), 0);
    record_destroy(record);
}

static void malformed_bytes_are_refused(void **state)
{
    (void)state;
    assert_null(DECODE("a=1"));
    assert_null(DECODE("a=1\0b"));
    assert_null(DECODE("a\0"));
    assert_null(DECODE("=1\0"));
    assert_null(DECODE("\0"));
    assert_null(DECODE("a=1\0\0"));
}

static void many_pairs_fit(void **state)
{
    struct record *record = record_create();
    char key[16];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "key%d", i);
        assert_int_equal(record_setf(record, key, "%d", i), 0);
    }
    assert_int_equal(record_count(record), 1000);
    assert_string_equal(record_get(record, "key999"), "999");
    record_destroy(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_kept_in_order),
        cmocka_unit_test(a_value_may_be_set_from_itself),
        cmocka_unit_test(formats_make_values),
        cmocka_unit_test(malformed_keys_are_refused),
        cmocka_unit_test(size_is_bounded_and_a_refusal_changes_nothing),
        cmocka_unit_test(a_first_value_has_the_same_bound),
        cmocka_unit_test(wire_form_comes_back),
        cmocka_unit_test(nothing_is_an_empty_record),
        cmocka_unit_test(malformed_bytes_are_refused),
        cmocka_unit_test(many_pairs_fit),
    };

    return RUN_TAP(tests);
}
