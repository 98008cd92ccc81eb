/* recorded_bytes.c: writes and checks the messages whose sides prove who they are: of the
 * launch check and of `atelier run`. */
#include "tests/messages/recorded.h"

#include "lib/protocol/run_line.h"
#include "lib/protocol/run_message.h"
#include "lib/roll/roll_message.h"
#include "tests/messages/message_file.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/socket.h>

#define STEP "7.3.0.1000"
#define BYTES_MAX 4096

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
    recorded_nonce = side == PROOF_CONNECTS ? 'c' : 'l';
    assert_int_equal(roll_channel_begin(channel, socket, secret, STEP, side), 0);
}

/* Sends the bytes of one side to the other's end, which is `channel`. */
static void play(struct roll_channel *channel, int ends[2], const char *path,
                 const char *name)
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

void recorded_look_at_task(const char *path)
{
    struct proof_secret secret;
    struct roll_channel channel;
    struct roll_entry entry;
    int ends[2];

    make_secret(&secret);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    begin_channel(&channel, ends[0], &secret, PROOF_LISTENS);
    play(&channel, ends, path, "roll-task");
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

void recorded_look_at_rank_0(const char *path)
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
    play(&channel, ends, path, "roll-rank-0");
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

static void begin_reading(struct reading *reading, const char *path, const char *name,
                          enum proof_side side)
{
    make_secret(&reading->secret);
    recorded_nonce = side == PROOF_CONNECTS ? 'c' : 'l';
    assert_int_equal(proof_begin(&reading->proof, &reading->secret, RUN_PURPOSE, side),
                     0);
    reading->length = message_file_bytes(path, name, (unsigned char *)reading->bytes,
                                         sizeof(reading->bytes));
    assert_true(
        run_line_meet(&reading->proof, run_line_take(reading->bytes, &reading->length)));
}

static const char *next(struct reading *reading)
{
    const char *line = run_line_take(reading->bytes, &reading->length);

    assert_non_null(line);
    line = run_line_read(&reading->proof, line);
    assert_non_null(line);
    return line;
}

void recorded_look_at_rank(const char *path)
{
    struct reading reading;
    struct run_rank rank;
    bool by_signal = true;
    int number;

    begin_reading(&reading, path, "run-rank", PROOF_LISTENS);
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

void recorded_look_at_run(const char *path)
{
    struct reading reading;

    begin_reading(&reading, path, "run-atelier", PROOF_CONNECTS);
    assert_string_equal(next(&reading), RUN_WELCOME);
    assert_string_equal(next(&reading), RUN_KNOWN);
    assert_string_equal(next(&reading), RUN_GO);
    assert_string_equal(next(&reading), RUN_END);
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

    recorded_nonce = side == PROOF_CONNECTS ? 'l' : 'c';
    proof_begin(&other, secret, RUN_PURPOSE, PROOF_SIDES - 1 - side);
    recorded_nonce = side == PROOF_CONNECTS ? 'c' : 'l';
    proof_begin(&proof, secret, RUN_PURPOSE, side);
    length = run_line_hello(&proof, bytes);
    proof_meet(&proof, proof_nonce(&other));
    for (; *texts; texts++)
        length += write_line(&proof, bytes + length, "%s", *texts);
    message_file_add_bytes(file, name, (const unsigned char *)bytes, length);
}

void recorded_write_bytes(FILE *file)
{
    const struct run_rank rank = {
        .number = 1, .node = "n2", .step = "3", .role = "-", .log = "-"};
    char who[RUN_LINE_SIZE], end[RUN_LINE_SIZE], refusal[RUN_LINE_SIZE];
    struct proof_secret secret;

    make_secret(&secret);
    record_roll(file, &secret);
    run_message_rank(who, &rank);
    run_message_ended(end, false, 3);
    run_message_refusal(refusal, "no such file");
    record_run(file, "run-rank", &secret, PROOF_CONNECTS,
               (const char *const[]){who, RUN_READY, end, refusal, NULL});
    record_run(file, "run-atelier", &secret, PROOF_LISTENS,
               (const char *const[]){RUN_WELCOME, RUN_KNOWN, RUN_GO, RUN_END, NULL});
}
