/* recorded_records.c: writes and checks the messages that are records. */
#include "tests/messages/recorded.h"

#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
#include "lib/protocol/keeper_message.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct record *write_keeper_answer(const char *state)
{
    struct record *answer = keeper_message_answer(state);

    record_set(answer, "job", "7");
    record_set(answer, "uid", "1000");
    record_set(answer, "workspace", "vision");
    record_set(answer, "experiment", "digits");
    record_set(answer, "mount_root", "/mnt/atelier");
    record_set(answer, "job_temp", "/mnt/atelier/.job-temp");
    keeper_message_add_variable(answer, "TEAM", "vision");
    return answer;
}

static struct record *write_join(void)
{
    return keeper_message_ask(KEEPER_JOIN);
}

static void check_join(const struct record *record)
{
    assert_int_equal(keeper_message_request(record), KEEPER_JOIN);
}

static struct record *write_stop(void)
{
    return keeper_message_stop(-1);
}

static void check_stop(const struct record *record)
{
    assert_int_equal(keeper_message_request(record), KEEPER_STOP);
    assert_false(keeper_message_is_restart(record, 0));
    assert_int_equal(client_message_request(record), CLIENT_STOP);
}

static struct record *write_ended(void)
{
    return keeper_message_ask(KEEPER_ENDED);
}

static void check_ended(const struct record *record)
{
    assert_int_equal(keeper_message_request(record), KEEPER_ENDED);
}

static struct record *write_ready(void)
{
    return write_keeper_answer("ready");
}

static void check_ready(const struct record *record)
{
    const char *variable = NULL;

    assert_true(keeper_message_is_ours(record));
    assert_true(keeper_message_is(record, "ready"));
    assert_string_equal(record_get(record, "job"), "7");
    assert_string_equal(record_get(record, "uid"), "1000");
    assert_string_equal(record_get(record, "workspace"), "vision");
    assert_string_equal(record_get(record, "experiment"), "digits");
    assert_string_equal(record_get(record, "mount_root"), "/mnt/atelier");
    assert_string_equal(record_get(record, "job_temp"), "/mnt/atelier/.job-temp");
    for (size_t i = 0; i < record_count(record) && !variable; i++)
        variable = keeper_message_variable(record, i);
    assert_string_equal(variable, "TEAM");
}

static struct record *write_failed(void)
{
    struct record *answer = write_keeper_answer("failed");
    struct fault fault = {.notice = "workspace `nlp` is not one of yours: choose vision"};

    error_set(&fault.error, ERROR_USER, "%s", fault.notice);
    keeper_message_add_fault(answer, "failed", &fault);
    return answer;
}

static void check_failed(const struct record *record)
{
    struct fault fault = {.requeue = true};

    assert_true(keeper_message_is_ours(record));
    assert_true(keeper_message_is(record, "failed"));
    assert_true(keeper_message_fault(record, &fault));
    assert_int_equal(fault.error.party, ERROR_USER);
    assert_string_equal(fault.error.text,
                        "workspace `nlp` is not one of yours: choose vision");
    assert_false(fault.requeue);
}

static struct record *write_stopped(void)
{
    return keeper_message_answer("stopped");
}

static void check_stopped(const struct record *record)
{
    struct fault fault;

    assert_true(keeper_message_is_ours(record));
    assert_true(keeper_message_is(record, "stopped"));
    assert_false(keeper_message_fault(record, &fault));
}

static struct record *write_lost(void)
{
    struct record *answer = keeper_message_answer("stopped");
    struct fault fault = {.notice = "777777 of the bytes may be missing"};

    error_set(&fault.error, ERROR_STORAGE, "nfs1: %s", fault.notice);
    keeper_message_add_fault(answer, "stopped", &fault);
    return answer;
}

static void check_lost(const struct record *record)
{
    struct fault fault = {.requeue = false};

    assert_true(keeper_message_is(record, "stopped"));
    assert_true(keeper_message_fault(record, &fault));
    assert_int_equal(fault.error.party, ERROR_STORAGE);
    assert_contains(fault.notice, "777777 of the bytes");
}

static struct record *write_locks(void)
{
    return client_message_locks("n1-7-acd6eee7");
}

static void check_locks(const struct record *record)
{
    struct error error = NO_ERROR;
    char caller[CLIENT_CALLER_SIZE];

    assert_int_equal(client_message_request(record), CLIENT_LOCKS);
    assert_int_equal(client_message_read_locks(record, caller, &error), 0);
    assert_string_equal(caller, "n1-7-acd6eee7");
}

static void describe_target(struct client_target *target)
{
    client_target_init(target);
    strcpy(target->server.name, "store");
    strcpy(target->server.host, "127.0.0.1");
    target->server.port = 2049;
    target->server.mount_port = 20048;
    target->groups = "1000";
    target->deadline_ms = target->root_ms = 1000;
    target->uid = target->gid = 1000;
    target->id = 2100000007;
    target->exports[0] =
        (struct client_export){.name = "results", .path = "/server/results"};
    target->export_count = 1;
}

static struct record *write_connect(void)
{
    struct client_target target;

    describe_target(&target);
    return client_target_connect(&target);
}

static struct record *write_unlock(void)
{
    struct client_target target;

    describe_target(&target);
    return client_target_unlock(&target);
}

static void check_target(const struct record *record, struct client_target *target)
{
    struct error error = NO_ERROR;

    assert_int_equal(client_target_read(target, record, &error), 0);
    assert_string_equal(target->server.name, "store");
    assert_string_equal(target->server.host, "127.0.0.1");
    assert_int_equal(target->server.port, 2049);
    assert_int_equal(target->server.mount_port, 20048);
    assert_int_equal(target->server.version, 3);
    assert_false(target->server.is_soft);
    assert_false(target->server.locks_on_node);
    assert_int_equal(target->uid, 1000);
    assert_int_equal(target->id, 2100000007);
    assert_string_equal(target->groups, "1000");
}

static void check_connect(const struct record *record)
{
    struct client_target target;

    assert_int_equal(client_message_request(record), CLIENT_CONNECT);
    check_target(record, &target);
    assert_int_equal(target.export_count, 1);
    assert_string_equal(target.exports[0].name, "results");
    assert_string_equal(target.exports[0].path, "/server/results");
    assert_false(target.exports[0].read_only || target.exports[0].is_probed);
}

static void check_unlock(const struct record *record)
{
    struct client_target target;

    assert_int_equal(client_message_request(record), CLIENT_UNLOCK);
    check_target(record, &target);
}

static struct record *write_client_ready(void)
{
    return client_message_ready(NULL);
}

static void check_state(const struct record *record, const char *state)
{
    struct client_answer answer;

    client_message_read_answer(&answer, record);
    assert_false(answer.is_foreign);
    assert_string_equal(answer.state, state);
}

static void check_client_ready(const struct record *record)
{
    check_state(record, "ready");
}

static struct record *write_client_failed(void)
{
    struct error error = NO_ERROR;

    error_set(&error, ERROR_STORAGE, "making a file gave `Permission denied`");
    return client_message_failed(&error, "results");
}

static void check_client_failed(const struct record *record)
{
    struct client_answer answer;

    check_state(record, "failed");
    client_message_read_answer(&answer, record);
    assert_contains(answer.sentence, "Permission denied");
    assert_string_equal(answer.volume, "results");
    assert_int_equal(answer.party, ERROR_STORAGE);
}

static struct record *write_serve(void)
{
    return client_message_serve(0);
}

static void check_serve(const struct record *record)
{
    struct error error = NO_ERROR;
    size_t volume;

    assert_int_equal(client_message_request(record), CLIENT_SERVE);
    assert_int_equal(client_message_read_serve(record, 1, &volume, &error), 0);
    assert_int_equal(volume, 0);
}

static struct record *write_serving(void)
{
    return client_message_serving();
}

static void check_serving(const struct record *record)
{
    check_state(record, "serving");
}

static struct record *write_client_stopped(void)
{
    return client_message_stopped(&(struct client_bytes){.written = 13}, 1);
}

static void check_client_stopped(const struct record *record)
{
    check_state(record, "stopped");
    assert_string_equal(client_message_bytes(record, 0, "bytes_written"), "13");
    assert_string_equal(client_message_bytes(record, 0, "bytes_lost"), "0");
}

static struct record *write_ping(void)
{
    return client_message_ping();
}

static void check_ping(const struct record *record)
{
    assert_int_equal(client_message_request(record), CLIENT_PING);
}

static struct record *write_alive(void)
{
    return client_message_alive();
}

static void check_alive(const struct record *record)
{
    struct client_told told;

    assert_true(client_message_read_word(&told, record, 1));
    assert_int_equal(told.word, CLIENT_ALIVE);
}

static struct record *write_unsafe(void)
{
    return client_message_unsafe((unsigned long long[]){777777}, 1);
}

static void check_unsafe(const struct record *record)
{
    struct client_told told;

    assert_true(client_message_read_word(&told, record, 1));
    assert_int_equal(told.word, CLIENT_UNSAFE);
    assert_int_equal(told.unsafe[0], 777777);
}

const struct recorded recorded[] = {
    {"request-join", write_join, check_join},
    {"request-stop", write_stop, check_stop},
    {"request-ended", write_ended, check_ended},
    {"keeper-ready", write_ready, check_ready},
    {"keeper-failed", write_failed, check_failed},
    {"keeper-stopped", write_stopped, check_stopped},
    {"keeper-lost", write_lost, check_lost},
    {"request-locks", write_locks, check_locks},
    {"request-connect", write_connect, check_connect},
    {"client-ready", write_client_ready, check_client_ready},
    {"client-failed", write_client_failed, check_client_failed},
    {"request-serve", write_serve, check_serve},
    {"client-serving", write_serving, check_serving},
    {"request-ping", write_ping, check_ping},
    {"tell-alive", write_alive, check_alive},
    {"tell-unsafe", write_unsafe, check_unsafe},
    {"client-stopped", write_client_stopped, check_client_stopped},
    {"request-unlock", write_unlock, check_unlock},
};

const size_t recorded_count = sizeof(recorded) / sizeof(recorded[0]);
