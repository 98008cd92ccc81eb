/* words_test.c: command lines, word by word, and what is said of them when memory is
 * short. */
#include "lib/words.h"
#include "tests/unit/allocation.h"
#include "tests/unit/unit.h"

#include <stdio.h>

static void a_list_is_as_execve_wants_it(void **state)
{
    struct words words = {.count = 0};

    (void)state;
    words_add(&words, "%s", "/usr/bin/mount");
    words_add(&words, "uid=%u", 7u);
    words_add(&words, "%s", "");
    assert_int_equal(words.count, 3);
    assert_string_equal(words.list[0], "/usr/bin/mount");
    assert_string_equal(words.list[1], "uid=7");
    assert_string_equal(words.list[2], "");
    assert_null(words.list[3]);
    assert_false(words.failed);
    words_release(&words);
    assert_null(words.list);
    assert_int_equal(words.count, 0);
}

static void many_words_find_room(void **state)
{
    struct words words = {.count = 0};
    char number[16];

    (void)state;
    for (int i = 0; i < 200; i++) {
        words_add(&words, "%d", i);
        assert_null(words.list[words.count]);
    }
    assert_int_equal(words.count, 200);
    for (int i = 0; i < 200; i++) {
        snprintf(number, sizeof(number), "%d", i);
        assert_string_equal(words.list[i], number);
    }
    words_release(&words);
}

static void the_last_word_goes_on(void **state)
{
    struct words words = {.count = 0};

    (void)state;
    words_append(&words, ",%s", "lost"); /* there is no word yet */
    assert_int_equal(words.count, 0);
    words_add(&words, "%s", "-o");
    words_add(&words, "%s", "ro");
    words_append(&words, ",vers=%u", 3u);
    words_append(&words, "%s", ",nosuid");
    assert_int_equal(words.count, 2);
    assert_string_equal(words.list[0], "-o");
    assert_string_equal(words.list[1], "ro,vers=3,nosuid");
    assert_null(words.list[2]);
    assert_false(words.failed);
    words_release(&words);
}

static void a_format_in_a_word_is_text(void **state)
{
    struct words words = {.count = 0};

    (void)state;
    words_add(&words, "%s", "%n%s");
    words_append(&words, "%s", "%d");
    assert_string_equal(words.list[0], "%n%s%d");
    words_release(&words);
}

/* Memory is short at the first word, and where a longer list is to be made. */
static void a_word_that_is_missing_is_known(void **state)
{
    struct words words = {.count = 0};
    size_t before = 0;

    (void)state;
    allocation_countdown = 1;
    words_add(&words, "%s", "lost");
    assert_true(words.failed);
    assert_int_equal(words.count, 0);
    words = (struct words){.count = 0};
    words_add(&words, "%s", "first");
    allocation_countdown = 1;
    while (!words.failed && words.count < 1000) {
        before = words.count;
        words_add(&words, "%s", "more");
    }
    allocation_countdown = 0;
    assert_true(words.failed);
    assert_int_equal(words.count, before);
    assert_string_equal(words.list[0], "first");
    assert_null(words.list[words.count]);
    words_release(&words);
    assert_false(words.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_as_execve_wants_it),
        cmocka_unit_test(many_words_find_room),
        cmocka_unit_test(the_last_word_goes_on),
        cmocka_unit_test(a_format_in_a_word_is_text),
        cmocka_unit_test(a_word_that_is_missing_is_known),
    };

    return RUN_TAP(tests);
}
