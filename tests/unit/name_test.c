/* name_test.c: what is a name and what is none. */
#include "tests/unit/unit.h"

#include "lib/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void names_are_names(void **state)
{
    static const char *const names[] = {"a", "7", "Z9", "a.b_c-d", "resnet..50", "x-"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_true(name_is_valid(names[i]));
}

static void attacks_are_no_names(void **state)
{
    static const char *const attacks[] = {
        "",       ".",        "..",    "../..", ".a",   "-a",   "_a", "a/b", "a b", "a\n",
        "a,rw",   "a;b",      "$(id)", "a`id`", "%n",   "a%sb", "a'", "a\"", "a=b", "a*",
        "a\x1b[", "\xc3\xa9", "a\xff", "a:b",   "a\\b", "a|b",  "~",  "a&",  "a\t", "a@b",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
        if (name_is_valid(attacks[i]))
            fail_msg("taken for a name: %s", attacks[i]);
    assert_false(name_is_valid(NULL));
}

static void length_is_bounded(void **state)
{
    char name[NAME_LENGTH_MAX + 2];

    (void)state;
    memset(name, 'n', sizeof(name));
    name[NAME_LENGTH_MAX] = '\0';
    assert_true(name_is_valid(name));
    name[NAME_LENGTH_MAX] = 'n';
    name[NAME_LENGTH_MAX + 1] = '\0';
    assert_false(name_is_valid(name));
}

/* On the heap without room for more, so that a sanitizer or valgrind sees a byte read too
 * many. */
static void no_more_is_read_than_said(void **state)
{
    char *name = malloc(NAME_LENGTH_MAX + 1);

    (void)state;
    assert_non_null(name);
    memset(name, 'n', NAME_LENGTH_MAX + 1);
    assert_false(name_is_valid(name));
    free(name);
}

static void quoting_keeps_what_can_be_printed(void **state)
{
    char quoted[NAME_QUOTED_SIZE];

    (void)state;
    name_quote("a b;c", quoted, sizeof(quoted));
    assert_string_equal(quoted, "a b;c");
    name_quote("a\x1b[2J\n\xc3\xa9", quoted, sizeof(quoted));
    assert_string_equal(quoted, "a?[2J???");
    name_quote("", quoted, sizeof(quoted));
    assert_string_equal(quoted, "");
}

static void quoting_cuts_what_is_long(void **state)
{
    char text[200], quoted[NAME_QUOTED_SIZE];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    name_quote(text, quoted, sizeof(quoted));
    assert_int_equal(strlen(quoted), NAME_LENGTH_MAX + 3);
    assert_string_equal(quoted + NAME_LENGTH_MAX, "...");
    text[NAME_LENGTH_MAX] = '\0';
    name_quote(text, quoted, sizeof(quoted));
    assert_string_equal(quoted, text);
}

static void quoting_stays_within_any_size(void **state)
{
    (void)state;
    for (size_t size = 8; size <= 100; size++) {
        char *quoted = malloc(size);

        assert_non_null(quoted);
        for (int length = 0; length < 120; length++) {
            char text[128];

            snprintf(text, sizeof(text), "%0*d", length, 0);
            name_quote(text, quoted, size);
            assert_true(strlen(quoted) < size);
        }
        assert_string_equal(quoted + strlen(quoted) - 3, "...");
        free(quoted);
    }
}

static void only_a_whole_word_is_listed(void **state)
{
    (void)state;
    assert_true(name_is_listed("jax,mpi,pytorch", "jax", 3));
    assert_true(name_is_listed("jax,mpi,pytorch", "mpi,x", 3));
    assert_true(name_is_listed("jax,mpi,pytorch", "pytorch", 7));
    assert_false(name_is_listed("jax,mpi,pytorch", "torch", 5));
    assert_false(name_is_listed("jax,mpi,pytorch", "py", 2));
    assert_false(name_is_listed("", "jax", 3));
}

static void a_node_is_named_by_a_word_of_its_own(void **state)
{
    (void)state;
    assert_true(name_is_word_of("on node n1 the volume is gone", "n1"));
    assert_true(name_is_word_of("n1: the volume is gone", "n1"));
    assert_true(name_is_word_of("n11, n12 and n1", "n1"));
    assert_false(name_is_word_of("on node n11", "n1"));
    assert_false(name_is_word_of("on node n1.cluster", "n1"));
    assert_false(name_is_word_of("cannot write /out/n1: it is full", "n1"));
    assert_false(name_is_word_of("cannot write /out/n1-0.out", "n1"));
    assert_false(name_is_word_of("", "n1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_names),
        cmocka_unit_test(attacks_are_no_names),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(no_more_is_read_than_said),
        cmocka_unit_test(quoting_keeps_what_can_be_printed),
        cmocka_unit_test(quoting_cuts_what_is_long),
        cmocka_unit_test(quoting_stays_within_any_size),
        cmocka_unit_test(only_a_whole_word_is_listed),
        cmocka_unit_test(a_node_is_named_by_a_word_of_its_own),
    };

    return RUN_TAP(tests);
}
