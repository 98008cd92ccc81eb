/* run_message_test.c: each line of `atelier run` and its ranks comes back as it
 * was written. */
#include "tests/unit/unit.h"

#include "lib/protocol/run_line.h"
#include "lib/protocol/run_message.h"

#include <string.h>

static void a_rank_comes_back(void **state)
{
    const struct run_rank rank = {
        .number = 12, .node = "n3", .step = "4", .role = "worker", .log = "wk-12"};
    char text[RUN_LINE_SIZE];
    struct run_rank read;

    (void)state;
    run_message_rank(text, &rank);
    assert_true(run_message_read_rank(&read, text));
    assert_int_equal(read.number, 12);
    assert_string_equal(read.node, "n3");
    assert_string_equal(read.step, "4");
    assert_string_equal(read.role, "worker");
    assert_string_equal(read.log, "wk-12");
    assert_string_equal(read.release, PACKAGE_VERSION);
    assert_true(run_message_is_ours(&read));
    assert_false(run_message_read_rank(&read, "rank 12 n3 4 worker"));
    assert_false(run_message_read_rank(&read, RUN_READY));
}

static void a_rank_of_another_release_is_known_as_one(void **state)
{
    struct run_rank read;

    (void)state;
    assert_true(run_message_read_rank(&read, "rank 1 n2 4 - - 77 9.9.9 unheard of"));
    assert_string_equal(read.log, "-");
    assert_string_equal(read.release, "9.9.9");
    assert_false(run_message_is_ours(&read));
    assert_true(run_message_read_rank(&read, "rank 1 n2 4 - -"));
    assert_string_equal(read.release, "");
    assert_true(run_message_is_ours(&read));
}

static void the_longest_words_fit(void **state)
{
    struct run_rank rank = {.number = 4294967295}, read;
    char text[RUN_LINE_SIZE];

    (void)state;
    memset(rank.node, 'n', RUN_WORD_SIZE - 1);
    memset(rank.step, '4', RUN_WORD_SIZE - 1);
    memset(rank.role, 'r', RUN_WORD_SIZE - 1);
    memset(rank.log, 'l', RUN_WORD_SIZE - 1);
    run_message_rank(text, &rank);
    assert_true(run_message_read_rank(&read, text));
    assert_int_equal(read.number, rank.number);
    assert_string_equal(read.node, rank.node);
    assert_string_equal(read.log, rank.log);
}

static void an_end_comes_back(void **state)
{
    char text[RUN_LINE_SIZE];
    bool by_signal;
    int number;

    (void)state;
    run_message_ended(text, true, 9);
    assert_true(run_message_read_ended(text, &by_signal, &number));
    assert_true(by_signal);
    assert_int_equal(number, 9);
    run_message_ended(text, false, 126);
    assert_true(run_message_read_ended(text, &by_signal, &number));
    assert_false(by_signal);
    assert_int_equal(number, 126);
    assert_false(run_message_read_ended("ended", &by_signal, &number));
    assert_false(run_message_read_ended(RUN_GO, &by_signal, &number));
}

static void a_refusal_comes_back(void **state)
{
    char text[RUN_LINE_SIZE];

    (void)state;
    run_message_refusal(text, "`train` is not in the PATH");
    assert_string_equal(run_message_read_refusal(text), "`train` is not in the PATH");
    assert_null(run_message_read_refusal(RUN_READY));
}

static void meet(struct proof *one, struct proof *other)
{
    static struct proof_secret secret;
    char line[RUN_LINE_SIZE];
    size_t length;

    memset(&secret, 7, sizeof(secret));
    assert_int_equal(proof_begin(one, &secret, RUN_PURPOSE, PROOF_CONNECTS), 0);
    assert_int_equal(proof_begin(other, &secret, RUN_PURPOSE, PROOF_LISTENS), 0);
    length = run_line_hello(one, line);
    line[length - 1] = '\0';
    assert_true(run_line_meet(other, line));
    length = run_line_hello(other, line);
    line[length - 1] = '\0';
    assert_true(run_line_meet(one, line));
    assert_false(run_line_meet(one, "hello stranger"));
}

static size_t __attribute__((format(printf, 3, 4)))
write_line(struct proof *proof, char line[RUN_LINE_SIZE], const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = run_line_write(proof, line, format, arguments);
    va_end(arguments);
    assert_int_equal(line[length - 1], '\n');
    line[length - 1] = '\0';
    return length;
}

static void a_line_is_read_by_whom_it_is_for(void **state)
{
    struct proof rank, run;
    char line[RUN_LINE_SIZE];

    (void)state;
    meet(&rank, &run);
    write_line(&rank, line, "%s", RUN_READY);
    assert_string_equal(run_line_read(&run, line), RUN_READY);
    write_line(&run, line, "%s", RUN_GO);
    line[strlen(line) - 1] ^= 1;
    assert_null(run_line_read(&rank, line));
}

static void a_line_that_is_too_long_is_cut(void **state)
{
    struct proof rank, run;
    char line[RUN_LINE_SIZE], text[2 * RUN_LINE_SIZE];
    const char *read;

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    meet(&rank, &run);
    assert_true(write_line(&rank, line, "%s", text) <= RUN_LINE_SIZE);
    read = run_line_read(&run, line);
    assert_non_null(read);
    assert_int_equal(strspn(read, "a"), strlen(read));
}

static void lines_are_taken_when_they_are_whole(void **state)
{
    char buffer[RUN_LINE_SIZE] = "one\ntwo\nthr";
    size_t length = strlen(buffer);

    (void)state;
    assert_string_equal(run_line_take(buffer, &length), "one");
    assert_string_equal(run_line_take(buffer, &length), "two");
    assert_null(run_line_take(buffer, &length));
    assert_int_equal(length, 3);
    memcpy(buffer + length, "ee\n", 3);
    length += 3;
    assert_string_equal(run_line_take(buffer, &length), "three");
    assert_int_equal(length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rank_comes_back),
        cmocka_unit_test(a_rank_of_another_release_is_known_as_one),
        cmocka_unit_test(the_longest_words_fit),
        cmocka_unit_test(an_end_comes_back),
        cmocka_unit_test(a_refusal_comes_back),
        cmocka_unit_test(a_line_is_read_by_whom_it_is_for),
        cmocka_unit_test(a_line_that_is_too_long_is_cut),
        cmocka_unit_test(lines_are_taken_when_they_are_whole),
    };

    return RUN_TAP(tests);
}
