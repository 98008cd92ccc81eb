/* keeper_message_test.c: each message of the plugin and the keeper comes back as it
 * was written. */
#include "tests/unit/unit.h"

#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"

#include <string.h>

static void requests_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < KEEPER_REQUEST_COUNT; i++) {
        struct record *request = keeper_message_ask((enum keeper_request)i);

        assert_int_equal(keeper_message_request(request), i);
        record_destroy(request);
    }
}

static void a_stop_says_how_often_the_job_was_requeued(void **state)
{
    struct record *request = keeper_message_stop(3), *silent = keeper_message_stop(-1);

    (void)state;
    assert_int_equal(keeper_message_request(request), KEEPER_STOP);
    assert_true(keeper_message_is_restart(request, 3));
    assert_false(keeper_message_is_restart(request, 2));
    assert_false(keeper_message_is_restart(silent, 0));
    record_set(request, "request", "rest");
    assert_int_equal(keeper_message_request(request), KEEPER_REQUEST_COUNT);
    record_destroy(request);
    record_destroy(silent);
}

static void an_answer_is_of_this_release(void **state)
{
    struct record *answer = keeper_message_answer("ready");

    (void)state;
    assert_true(keeper_message_is_ours(answer));
    assert_true(keeper_message_is(answer, "ready"));
    assert_false(keeper_message_is(answer, "failed"));
    record_set(answer, "protocol", "0");
    assert_false(keeper_message_is_ours(answer));
    record_destroy(answer);
}

static void a_fault_comes_back(void **state)
{
    struct record *answer = keeper_message_answer("ready");
    struct error fault = NO_ERROR, read = NO_ERROR;
    char notice[NOTICE_SIZE] = "as before";

    (void)state;
    assert_false(keeper_message_fault(answer, &read, notice));
    assert_string_equal(notice, "as before");
    assert_int_equal(read.party, ERROR_NONE);
    error_set(&fault, ERROR_STORAGE, "nfs1 is down");
    assert_int_equal(keeper_message_add_fault(answer, "failed", &fault, "it is down"), 0);
    assert_true(keeper_message_is(answer, "failed"));
    assert_true(keeper_message_fault(answer, &read, notice));
    assert_string_equal(read.text, "nfs1 is down");
    assert_int_equal(read.party, ERROR_STORAGE);
    assert_string_equal(notice, "it is down");
    record_destroy(answer);
}

static void a_fault_of_nobody_is_the_nodes(void **state)
{
    struct record *answer = keeper_message_answer("failed");
    struct error read = NO_ERROR;
    char notice[NOTICE_SIZE];

    (void)state;
    record_set(answer, "error", "it failed");
    assert_true(keeper_message_fault(answer, &read, notice));
    assert_int_equal(read.party, ERROR_NODE);
    assert_string_equal(notice, "");
    record_destroy(answer);
}

static void variables_come_back(void **state)
{
    struct record *answer = keeper_message_answer("ready");
    char name[300];
    size_t last;

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(keeper_message_add_variable(answer, name, "x"), -1);
    assert_int_equal(keeper_message_add_variable(answer, "NCCL_DEBUG", "INFO"), 0);
    last = record_count(answer) - 1;
    assert_string_equal(keeper_message_variable(answer, last), "NCCL_DEBUG");
    assert_string_equal(record_value(answer, last), "INFO");
    assert_null(keeper_message_variable(answer, 0));
    record_destroy(answer);
}

/* Prints a fault behind `sentence`, and takes it off again. */
static void what_is_printed_is_taken_off(void **state)
{
    struct error fault = NO_ERROR;
    char said[512] = "", notice[NOTICE_SIZE];
    FILE *output = fmemopen(said, sizeof(said), "w");

    (void)state;
    error_set(&fault, ERROR_USER, "the user has no such workspace");
    fprintf(output, "%s\n", fault.text);
    keeper_message_print(output, &fault, "no such workspace");
    fclose(output);
    said[strlen(said) - 1] = '\0'; /* as the reader does */
    assert_int_equal(keeper_message_take(said, notice), ERROR_USER);
    assert_string_equal(said, fault.text);
    assert_string_equal(notice, "no such workspace");
}

static void what_says_nobodys_fault_is_the_nodes(void **state)
{
    char said[] = "killed", notice[NOTICE_SIZE];

    (void)state;
    assert_int_equal(keeper_message_take(said, notice), ERROR_NODE);
    assert_string_equal(said, "killed");
    assert_string_equal(notice, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_come_back),
        cmocka_unit_test(a_stop_says_how_often_the_job_was_requeued),
        cmocka_unit_test(an_answer_is_of_this_release),
        cmocka_unit_test(a_fault_comes_back),
        cmocka_unit_test(a_fault_of_nobody_is_the_nodes),
        cmocka_unit_test(variables_come_back),
        cmocka_unit_test(what_is_printed_is_taken_off),
        cmocka_unit_test(what_says_nobodys_fault_is_the_nodes),
    };

    return RUN_TAP(tests);
}
