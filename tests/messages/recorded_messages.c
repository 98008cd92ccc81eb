/* recorded_messages.c: what other releases said is understood.
 *
 *     recorded_messages              the tests, for each *.messages beside this file
 *     recorded_messages --record     writes what this release says, as such a file
 *
 * A release leaves a file here where its messages differ from those before. Messages that
 * a release did not record, or does not have, are not looked at; but what the oldest says,
 * each later one says as well.
 */
#include "tests/messages/message_file.h"

#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/run_line.h"
#include "lib/protocol/run_message.h"
#include "lib/roll/roll_message.h"
#include "tests/unit/unit.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#define STEP "7.3.0.1000"
#define BYTES_MAX 4096

/* Every nonce of a side that is played here is this byte. */
static int nonce_byte;

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    (void)flags;
    memset(bytes, nonce_byte, size);
    return (ssize_t)size;
}

static glob_t files;
static const char *path; /* of the file that is read */

static void on_each_file(void (*look)(void))
{
    assert_int_not_equal(files.gl_pathc, 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        path = files.gl_pathv[i];
        look();
    }
}

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

static const struct recorded {
    const char *name;
    struct record *(*write)(void);
    void (*check)(const struct record *record);
} recorded[] = {
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

#define COUNT (sizeof(recorded) / sizeof(recorded[0]))

/* As of a newer release of the same protocol: with a key that nobody knows. */
static void add_unheard(struct record *record)
{
    record_set(record, "release", "9.9.9");
    record_set(record, "unheard_of", "a = b");
}

static void look_at_records(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        struct record *record = message_file_record(path, recorded[i].name);

        if (!record)
            fail_msg("%s has no %s", path, recorded[i].name);
        recorded[i].check(record);
        add_unheard(record);
        recorded[i].check(record);
        record_destroy(record);
    }
}

static void make_secret(struct proof_secret *secret)
{
    for (size_t i = 0; i < sizeof(secret->bytes); i++)
        secret->bytes[i] = (unsigned char)i;
}

/* Begins an end that has met the other: of the side that connects, all nonces are 'c', of
 * the one that listens, 'l'. */
static void begin_channel(struct roll_channel *channel, int socket,
                          const struct proof_secret *secret, enum proof_side side)
{
    nonce_byte = side == PROOF_CONNECTS ? 'c' : 'l';
    assert_int_equal(roll_channel_begin(channel, socket, secret, STEP, side), 0);
}

/* Sends the bytes of one side to the other's end, which is `channel`. */
static void play(struct roll_channel *channel, int ends[2], const char *name)
{
    unsigned char bytes[BYTES_MAX];
    size_t length = message_file_bytes(path, name, bytes, sizeof(bytes));

    assert_int_not_equal(length, 0);
    assert_int_equal(write(ends[1], bytes, length), length);
    assert_int_equal(ends[0], channel->socket);
}

static void hear(struct roll_channel *channel, struct roll_entry *entry,
                 enum roll_word wanted)
{
    enum roll_word word;

    assert_int_equal(roll_message_read(channel, &word, entry), 1);
    assert_int_equal(word, wanted);
}

static void look_at_task(void)
{
    struct proof_secret secret;
    struct roll_channel channel;
    struct roll_entry entry;
    int ends[2];

    make_secret(&secret);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    begin_channel(&channel, ends[0], &secret, PROOF_LISTENS);
    play(&channel, ends, "roll-task");
    hear(&channel, &entry, ROLL_NONCE);
    hear(&channel, &entry, ROLL_ENTRY);
    assert_string_equal(entry.node, "n2");
    assert_string_equal(entry.token, "a-token");
    assert_string_equal(entry.problem, "");
    assert_string_equal(entry.protocol, ROLL_PROTOCOL);
    assert_int_equal(entry.tasks, 4);
    assert_int_equal(entry.rank, 1);
    assert_int_equal(entry.node_rank, 1);
    close(ends[0]);
    close(ends[1]);
}

static void look_at_rank_0(void)
{
    static const enum roll_word words[] = {ROLL_NONCE, ROLL_GREETING, ROLL_GO, ROLL_STOP,
                                           ROLL_QUESTION};
    struct proof_secret secret;
    struct roll_channel channel;
    struct roll_entry entry;
    int ends[2];

    make_secret(&secret);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    begin_channel(&channel, ends[0], &secret, PROOF_CONNECTS);
    play(&channel, ends, "roll-rank-0");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        hear(&channel, &entry, words[i]);
    close(ends[0]);
    close(ends[1]);
}

/* One side of `atelier run`, which reads what the other said. */
struct reading {
    struct proof_secret secret;
    struct proof proof;
    char bytes[BYTES_MAX];
    size_t length;
};

static void begin_reading(struct reading *reading, const char *name, enum proof_side side)
{
    make_secret(&reading->secret);
    nonce_byte = side == PROOF_CONNECTS ? 'c' : 'l';
    assert_int_equal(proof_begin(&reading->proof, &reading->secret, RUN_PURPOSE, side),
                     0);
    reading->length = message_file_bytes(path, name, (unsigned char *)reading->bytes,
                                         sizeof(reading->bytes));
    assert_true(run_line_meet(&reading->proof,
                              run_line_take(reading->bytes, &reading->length)));
}

static const char *next(struct reading *reading)
{
    const char *line = run_line_take(reading->bytes, &reading->length);

    assert_non_null(line);
    line = run_line_read(&reading->proof, line);
    assert_non_null(line);
    return line;
}

static void look_at_rank(void)
{
    struct reading reading;
    struct run_rank rank;
    bool by_signal = true;
    int number;

    begin_reading(&reading, "run-rank", PROOF_LISTENS);
    assert_true(run_message_read_rank(&rank, next(&reading)));
    assert_int_equal(rank.number, 1);
    assert_string_equal(rank.node, "n2");
    assert_string_equal(rank.step, "3");
    assert_true(run_message_is_ours(&rank));
    assert_string_equal(next(&reading), RUN_READY);
    assert_true(run_message_read_ended(next(&reading), &by_signal, &number));
    assert_false(by_signal);
    assert_int_equal(number, 3);
    assert_string_equal(run_message_read_refusal(next(&reading)), "no such file");
}

static void look_at_run(void)
{
    struct reading reading;

    begin_reading(&reading, "run-atelier", PROOF_CONNECTS);
    assert_string_equal(next(&reading), RUN_WELCOME);
    assert_string_equal(next(&reading), RUN_KNOWN);
    assert_string_equal(next(&reading), RUN_GO);
    assert_string_equal(next(&reading), RUN_END);
}

static void records_are_understood(void **state)
{
    (void)state;
    on_each_file(look_at_records);
}

static void a_task_is_entered(void **state)
{
    (void)state;
    on_each_file(look_at_task);
}

static void rank_0_is_heard(void **state)
{
    (void)state;
    on_each_file(look_at_rank_0);
}

static void a_rank_is_heard(void **state)
{
    (void)state;
    on_each_file(look_at_rank);
}

static void the_run_is_heard(void **state)
{
    (void)state;
    on_each_file(look_at_run);
}

/* A list of locks lies on the node, and a client of a later release gives them up. */
static void a_lock_has_its_form(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct client_lock), 72);
    assert_int_equal(offsetof(struct client_lock, svid), 0);
    assert_int_equal(offsetof(struct client_lock, handle_length), 4);
    assert_int_equal(offsetof(struct client_lock, handle), 8);
    assert_int_equal(CLIENT_LOCKS_MOST, 8192);
}

static void what_is_ours_is_of_our_release(void **state)
{
    char name[RELEASE_NAME_SIZE];
    struct record *answer = keeper_message_answer("ready");

    (void)state;
    assert_string_equal(RELEASE, PACKAGE_VERSION);
    assert_string_equal(release_name_of(name, answer),
                        "Atelier " PACKAGE_VERSION "'s (protocol 1)");
    record_set(answer, "release", "9.9 \n");
    record_set(answer, "protocol", "");
    assert_string_equal(release_name_of(name, answer),
                        "Atelier unknown's (protocol unknown)");
    record_destroy(answer);
}

static void record_roll(FILE *file, const struct proof_secret *secret)
{
    const struct roll_entry entry = {
        .node = "n2", .token = "a-token", .tasks = 4, .rank = 1, .node_rank = 1};
    static const enum roll_word words[] = {ROLL_NONCE, ROLL_GREETING, ROLL_GO, ROLL_STOP,
                                           ROLL_QUESTION};
    struct deadline soon = deadline_after(1000);
    struct roll_channel task, rank_0;
    unsigned char bytes[BYTES_MAX];
    int ends[2];

    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    begin_channel(&task, ends[0], secret, PROOF_CONNECTS);
    begin_channel(&rank_0, ends[0], secret, PROOF_LISTENS);
    proof_meet(&task.proof, proof_nonce(&rank_0.proof));
    proof_meet(&rank_0.proof, proof_nonce(&task.proof));
    roll_message_send(&task, ROLL_NONCE, NULL, &soon);
    roll_message_send(&task, ROLL_ENTRY, &entry, &soon);
    message_file_add_bytes(file, "roll-task", bytes,
                           (size_t)read(ends[1], bytes, sizeof(bytes)));
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        roll_message_send(&rank_0, words[i], NULL, &soon);
    message_file_add_bytes(file, "roll-rank-0", bytes,
                           (size_t)read(ends[1], bytes, sizeof(bytes)));
}

static size_t write_line(struct proof *proof, char *line, const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = run_line_write(proof, line, format, arguments);
    va_end(arguments);
    return length;
}

/* Records a side of `atelier run` that says the texts. */
static void record_run(FILE *file, const char *name, const struct proof_secret *secret,
                       enum proof_side side, const char *const texts[])
{
    struct proof proof, other;
    char bytes[BYTES_MAX + RUN_LINE_SIZE];
    size_t length;

    nonce_byte = side == PROOF_CONNECTS ? 'l' : 'c';
    proof_begin(&other, secret, RUN_PURPOSE, PROOF_SIDES - 1 - side);
    nonce_byte = side == PROOF_CONNECTS ? 'c' : 'l';
    proof_begin(&proof, secret, RUN_PURPOSE, side);
    length = run_line_hello(&proof, bytes);
    proof_meet(&proof, proof_nonce(&other));
    for (; *texts; texts++)
        length += write_line(&proof, bytes + length, "%s", *texts);
    message_file_add_bytes(file, name, (const unsigned char *)bytes, length);
}

static int record_all(FILE *file)
{
    const struct run_rank rank = {
        .number = 1, .node = "n2", .step = "3", .role = "-", .log = "-"};
    char who[RUN_LINE_SIZE], end[RUN_LINE_SIZE], refusal[RUN_LINE_SIZE];
    struct proof_secret secret;

    fprintf(file, "# %s.messages: what programs of Atelier %s said to each other.\n",
            RELEASE, RELEASE);
    for (size_t i = 0; i < COUNT; i++) {
        struct record *record = recorded[i].write();

        message_file_add_record(file, recorded[i].name, record);
        record_destroy(record);
    }
    make_secret(&secret);
    record_roll(file, &secret);
    run_message_rank(who, &rank);
    run_message_ended(end, false, 3);
    run_message_refusal(refusal, "no such file");
    record_run(file, "run-rank", &secret, PROOF_CONNECTS,
               (const char *const[]){who, RUN_READY, end, refusal, NULL});
    record_run(
        file, "run-atelier", &secret, PROOF_LISTENS,
        (const char *const[]){RUN_WELCOME, RUN_KNOWN, RUN_GO, RUN_END, NULL});
    return 0;
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_understood),
        cmocka_unit_test(a_task_is_entered),
        cmocka_unit_test(rank_0_is_heard),
        cmocka_unit_test(a_rank_is_heard),
        cmocka_unit_test(the_run_is_heard),
        cmocka_unit_test(a_lock_has_its_form),
        cmocka_unit_test(what_is_ours_is_of_our_release),
    };
    const char *source = getenv("top_srcdir");
    char pattern[4096];
    int status;

    if (argc == 2 && strcmp(argv[1], "--record") == 0)
        return record_all(stdout);
    snprintf(pattern, sizeof(pattern), "%s/tests/messages/*.messages",
             source ? source : ".");
    glob(pattern, 0, NULL, &files);
    status = RUN_TAP(tests);
    globfree(&files);
    return status;
}
