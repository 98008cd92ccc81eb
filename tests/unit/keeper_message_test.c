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

static void a_namespace_comes_back(void **state)
{
    struct record *request = keeper_message_namespace(7, "/var/tmp/jc/7", NULL);
    struct record *failed = keeper_message_namespace(7, "", "cannot open it");

    (void)state;
    assert_int_equal(keeper_message_request(request), KEEPER_NAMESPACE);
    assert_true(keeper_message_is_job(request, 7));
    assert_false(keeper_message_is_job(request, 8));
    assert_string_equal(keeper_message_directory(request), "/var/tmp/jc/7");
    assert_null(keeper_message_failure(request));
    assert_int_equal(keeper_message_request(failed), KEEPER_NAMESPACE);
    assert_string_equal(keeper_message_directory(failed), "");
    assert_string_equal(keeper_message_failure(failed), "cannot open it");
    record_destroy(request);
    record_destroy(failed);
}

/* As a request of another release, or a stranger's, may be. */
static void a_namespace_of_nobody_is_no_jobs(void **state)
{
    struct record *request = keeper_message_ask(KEEPER_NAMESPACE);

    (void)state;
    assert_false(keeper_message_is_job(request, 0));
    assert_string_equal(keeper_message_directory(request), "");
    assert_null(keeper_message_failure(request));
    record_destroy(request);
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
    struct fault fault = {.notice = "it is down", .may_pass = true, .requeue = true};
    struct fault read = {.notice = "as before"};

    (void)state;
    assert_false(keeper_message_fault(answer, &read));
    assert_string_equal(read.notice, "as before");
    assert_int_equal(read.error.party, ERROR_NONE);
    error_set(&fault.error, ERROR_STORAGE, "nfs1 is down");
    assert_int_equal(keeper_message_add_fault(answer, "failed", &fault), 0);
    assert_true(keeper_message_is(answer, "failed"));
    assert_true(keeper_message_fault(answer, &read));
    assert_string_equal(read.error.text, "nfs1 is down");
    assert_int_equal(read.error.party, ERROR_STORAGE);
    assert_string_equal(read.notice, "it is down");
    assert_true(read.may_pass);
    assert_true(read.requeue);
    record_destroy(answer);
}

static void a_fault_of_nobody_is_the_nodes(void **state)
{
    struct record *answer = keeper_message_answer("failed");
    struct fault read = {.notice = "as before", .may_pass = true, .requeue = true};

    (void)state;
    record_set(answer, "error", "it failed");
    assert_true(keeper_message_fault(answer, &read));
    assert_int_equal(read.error.party, ERROR_NODE);
    assert_string_equal(read.notice, "");
    assert_false(read.may_pass);
    assert_false(read.requeue);
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
    struct fault fault = {.notice = "no such workspace"}, read = {.may_pass = true};
    char said[512] = "";
    FILE *output = fmemopen(said, sizeof(said), "w");

    (void)state;
    error_set(&fault.error, ERROR_USER, "the user has no such workspace");
    fprintf(output, "%s\n", fault.error.text);
    keeper_message_print(output, &fault);
    fclose(output);
    said[strlen(said) - 1] = '\0'; /* as the reader does */
    assert_int_equal(keeper_message_take(said, &read), ERROR_USER);
    assert_string_equal(said, fault.error.text);
    assert_string_equal(read.notice, "no such workspace");
    assert_false(read.may_pass);
}

static void what_says_nobodys_fault_is_the_nodes(void **state)
{
    struct fault read = {.notice = "as before"};
    char said[] = "killed";

    (void)state;
    assert_int_equal(keeper_message_take(said, &read), ERROR_NODE);
    assert_string_equal(said, "killed");
    assert_string_equal(read.notice, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_come_back),
        cmocka_unit_test(a_stop_says_how_often_the_job_was_requeued),
        cmocka_unit_test(a_namespace_comes_back),
        cmocka_unit_test(a_namespace_of_nobody_is_no_jobs),
        cmocka_unit_test(an_answer_is_of_this_release),
        cmocka_unit_test(a_fault_comes_back),
        cmocka_unit_test(a_fault_of_nobody_is_the_nodes),
        cmocka_unit_test(variables_come_back),
        cmocka_unit_test(what_is_printed_is_taken_off),
        cmocka_unit_test(what_says_nobodys_fault_is_the_nodes),
    };

    return RUN_TAP(tests);
}
