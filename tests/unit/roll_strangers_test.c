/* roll_strangers_test.c: who is not of the step, and connects or listens all the same. */
#include "tests/unit/roll_fixture.h"

#include "lib/deadline.h"
#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define STRANGERS 150

static const struct proof_secret another = {"of another step"};

static void say_as_stranger(struct roll_call *call, int way)
{
    static const unsigned char half[PROOF_NONCE_SIZE + 3] = {[PROOF_NONCE_SIZE] = 0, 200};
    static const unsigned char whole[PROOF_NONCE_SIZE + 40] = {[PROOF_NONCE_SIZE] = 0,
                                                               40 - 2 - PROOF_TAG_SIZE};
    struct deadline soon = deadline_after(patient(1000));
    struct roll_channel channel;
    int stranger;

    if (way == 0) {
        assert_int_equal(roll_connect_as_task(call, &channel), -1);
        roll_message_send(&channel, ROLL_ENTRY, &call->self, &soon);
        return;
    }
    while ((stranger = roll_connect_as_stranger()) < 0)
        poll(NULL, 0, 10);
    if (way == 1)
        (void)!send(stranger, "GET / HTTP/1.0\r\n\r\n", 18, MSG_NOSIGNAL);
    if (way == 2)
        (void)!send(stranger, half, sizeof(half), MSG_NOSIGNAL);
    if (way == 3)
        (void)!send(stranger, whole, sizeof(whole), MSG_NOSIGNAL);
}

/* Silence, garbage, half a message, a forged one, and an entry by another step's secret
 * or of another component: nobody is taken for a rank, nothing is shown. */
static void strangers_change_nothing(void **state)
{
    struct roll_call call = roll_call_of(2, 1);

    (void)state;
    roll_start(roll_call_of(2, 0), 0);
    strcpy(call.self.problem, "a stranger's words");
    for (int i = 0; i < STRANGERS; i++) {
        if (i % 2)
            call.secret = &another;
        else
            roll_name_step(call.step, 8, 0, 0, 1000);
        say_as_stranger(&call, i % 5);
    }
    roll_start(roll_call_of(2, 1), 0);
    roll_wait();
    roll_expect_all(2, 0);
    assert_true(roll_outcomes[1].milliseconds < patient(3000));
}

static bool is_dropped(int socket)
{
    char byte;

    return recv(socket, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

/* Says nothing, and holds as many connections as it may have; for each that is dropped it
 * has another one at once. */
static pid_t start_flood(void)
{
    pid_t flood = fork();
    int held[900];

    if (flood)
        return flood;
    memset(held, 0xff, sizeof(held));
    for (;;)
        for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
            if (held[i] >= 0 && !is_dropped(held[i]))
                continue;
            if (held[i] >= 0)
                close(held[i]);
            held[i] = roll_connect_as_stranger();
        }
}

static void a_flood_keeps_nobody_out(void **state)
{
    pid_t flood[2];

    (void)state;
    roll_start(roll_call_of(8, 0), 0);
    for (int i = 0; i < 2; i++)
        flood[i] = start_flood();
    for (unsigned rank = 1; rank < 8; rank++)
        roll_start(roll_call_of(8, rank), 500 + 100 * (int)rank);
    for (unsigned rank = 0; rank < 8; rank++)
        wait(NULL);
    for (int i = 0; i < 2; i++) {
        kill(flood[i], SIGKILL);
        waitpid(flood[i], NULL, 0);
    }
    roll_expect_all(8, 0);
    for (unsigned rank = 1; rank < 8; rank++)
        assert_true(roll_outcomes[rank].milliseconds < patient(2000));
}

/* What one task said, said again: rank 0 has another nonce. */
static void a_recording_is_no_task(void **state)
{
    struct roll_call call = roll_call_of(3, 1);
    struct deadline soon = deadline_after(patient(5000));
    unsigned char heard[PROOF_NONCE_SIZE + 2 + PROOF_TAG_SIZE + ROLL_MESSAGE_MAX];
    int pair[2], stranger;
    struct roll_channel task;
    ssize_t length;

    (void)state;
    roll_start(roll_call_of(3, 0), 0);
    assert_int_equal(roll_connect_as_task(&call, &task), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    (void)!write(pair[0], proof_nonce(&task.proof), PROOF_NONCE_SIZE);
    close(task.socket);
    task.socket = pair[0];
    roll_message_send(&task, ROLL_ENTRY, &call.self, &soon);
    length = read(pair[1], heard, sizeof(heard));
    assert_true(length > PROOF_NONCE_SIZE);
    while ((stranger = roll_connect_as_stranger()) < 0)
        poll(NULL, 0, 10);
    (void)!send(stranger, heard, (size_t)length, MSG_NOSIGNAL);
    for (unsigned rank = 1; rank < 3; rank++)
        roll_start(roll_call_of(3, rank), 300);
    roll_wait();
    roll_expect_all(3, 0);
    close(pair[0]);
    close(pair[1]);
}

/* Greets as rank 0 does, by another secret, and counts what it is told. */
static size_t hold_as_stranger(int listening, struct roll_call *call)
{
    struct deadline soon = deadline_after(patient(2000));
    struct roll_channel channel;
    struct roll_entry entry;
    struct pollfd ready = {.fd = listening, .events = POLLIN};
    char said[4096];
    ssize_t length;
    int socket;

    assert_int_equal(poll(&ready, 1, patient(5000)), 1);
    socket = roll_socket_accept(listening);
    roll_channel_begin(&channel, socket, call->secret, call->step, PROOF_LISTENS);
    assert_int_equal(roll_message_expect(&channel, ROLL_NONCE, &entry, &soon), 0);
    roll_message_send(&channel, ROLL_NONCE, NULL, &soon);
    roll_message_send(&channel, ROLL_GREETING, NULL, &soon);
    ready.fd = socket;
    assert_int_equal(poll(&ready, 1, patient(2000)), 1);
    length = recv(socket, said, sizeof(said), 0);
    roll_message_send(&channel, ROLL_GO, NULL, &soon);
    close(socket);
    return length < 0 ? 0 : (size_t)length;
}

/* Nothing is told to who has the port of rank 0, and nobody goes by its word. */
static void who_has_the_port_is_not_rank_0(void **state)
{
    struct roll_call call = roll_call_of(2, 1);
    int listening = roll_socket_listen(roll_port);

    (void)state;
    call.milliseconds = 1000;
    roll_start(call, 0);
    call.secret = &another;
    assert_int_equal(hold_as_stranger(listening, &call), 0);
    close(listening);
    roll_wait();
    assert_int_equal(roll_outcomes[1].status, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROLL_TEST(strangers_change_nothing),
        ROLL_TEST(a_flood_keeps_nobody_out),
        ROLL_TEST(a_recording_is_no_task),
        ROLL_TEST(who_has_the_port_is_not_rank_0),
    };

    return RUN_TAP(tests);
}
