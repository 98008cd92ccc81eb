/* roll_faults_test.c: launch checks whose tasks do not all come, or contradict. */
#include "tests/unit/roll_fixture.h"

#include "lib/deadline.h"
#include "lib/roll/roll_socket.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static void who_never_comes_is_named_once(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 3; rank++) {
        struct roll_call call = roll_call_of(4, rank);

        call.milliseconds = 3000;
        roll_start(call, 0);
    }
    roll_wait();
    roll_expect_all(3, -1);
    assert_int_equal(roll_sentences(3), 1);
    assert_string_equal(
        roll_outcomes[0].error.text,
        "rank 3 on localhost did not come to rank 0 on localhost within 3 "
        "s; see what else the step says of localhost, and start it again");
}

static void without_rank_0_one_task_tells(void **state)
{
    (void)state;
    for (unsigned rank = 1; rank < 4; rank++) {
        struct roll_call call = roll_call_of(4, rank);

        call.milliseconds = 100;
        roll_start(call, 0);
    }
    roll_wait();
    for (unsigned rank = 1; rank < 4; rank++)
        assert_int_equal(roll_outcomes[rank].status, -1);
    assert_int_equal(roll_outcomes[1].error.party, ERROR_NODE);
    assert_contains(roll_outcomes[1].error.text, "rank 0 on localhost did not come");
    assert_int_equal(roll_outcomes[2].error.party, ERROR_NONE);
    assert_int_equal(roll_outcomes[3].error.party, ERROR_NONE);
}

static void a_port_in_use_is_told_by_rank_0(void **state)
{
    int taken = roll_socket_listen(roll_port);

    (void)state;
    for (unsigned rank = 0; rank < 3; rank++)
        roll_start(roll_call_of(3, rank), 0);
    roll_wait();
    close(taken);
    roll_expect_all(3, -1);
    assert_int_equal(roll_sentences(3), 1);
    assert_contains(
        roll_outcomes[0].error.text,
        "of localhost, where rank 0 is to listen, is in use by another program");
    assert_true(roll_outcomes[0].milliseconds < patient(3000));
    assert_true(roll_outcomes[2].milliseconds < patient(9000));
}

static void a_rank_that_is_there_twice_stops_all(void **state)
{
    struct roll_call twice = roll_call_of(3, 1);

    (void)state;
    roll_start(roll_call_of(3, 0), 0);
    roll_start(twice, 0);
    roll_start(twice, 0);
    roll_wait();
    assert_int_equal(roll_outcomes[0].status, -1);
    assert_int_equal(roll_outcomes[1].status, -1);
    assert_contains(roll_outcomes[0].error.text, "rank 1 came twice");
    assert_int_equal(roll_outcomes[1].error.party, ERROR_NONE);
}

static void a_problem_of_a_task_is_told_by_rank_0(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 3; rank++) {
        struct roll_call call = roll_call_of(3, rank);

        if (rank == 2)
            strcpy(call.self.problem, "port 9 of localhost cannot be had");
        roll_start(call, 0);
    }
    roll_wait();
    roll_expect_all(3, -1);
    assert_int_equal(roll_sentences(3), 1);
    assert_string_equal(roll_outcomes[0].error.text, "port 9 of localhost cannot be had");
}

static void a_directory_that_is_not_shared_is_told(void **state)
{
    char mark[] = "/tmp/atelier-mark-XXXXXX/.mark", other[] = "/tmp/atelier-none/.mark";

    (void)state;
    *strrchr(mark, '/') = '\0';
    assert_non_null(mkdtemp(mark));
    mark[strlen(mark)] = '/';
    for (int shared = 0; shared < 2; shared++) {
        for (unsigned rank = 0; rank < 3; rank++) {
            struct roll_call call = roll_call_of(3, rank);

            call.mark = rank == 2 && !shared ? other : mark;
            roll_start(call, 0);
        }
        roll_wait();
        roll_expect_all(3, shared ? 0 : -1);
        assert_int_equal(roll_sentences(3), shared ? 0 : 1);
    }
    assert_int_equal(access(mark, F_OK), -1);
    *strrchr(mark, '/') = '\0';
    assert_int_equal(rmdir(mark), 0);
}

static void a_directory_of_the_same_name_is_told(void **state)
{
    struct roll_call call = roll_call_of(2, 1);

    (void)state;
    roll_start(roll_call_of(2, 0), 0);
    strcpy(call.self.token, "another word");
    roll_start(call, 0);
    roll_wait();
    roll_expect_all(2, -1);
    assert_contains(roll_outcomes[0].error.text, "localhost sees another directory");
}

static void a_directory_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 2; rank++) {
        struct roll_call call = roll_call_of(2, rank);

        call.mark = "/nonexistent/.mark";
        roll_start(call, 0);
    }
    roll_wait();
    roll_expect_all(2, -1);
    assert_contains(roll_outcomes[0].error.text,
                    "localhost cannot make a file in /nonexistent");
}

static void a_node_without_a_name_is_told(void **state)
{
    (void)state;
    for (unsigned rank = 1; rank < 3; rank++) {
        struct roll_call call = roll_call_of(3, rank);

        call.node = "no-such-node.invalid";
        roll_start(call, 0);
    }
    roll_wait();
    assert_int_equal(roll_outcomes[1].status, -1);
    assert_int_equal(roll_sentences(2) - (roll_outcomes[0].error.party != ERROR_NONE), 0);
    assert_true(roll_outcomes[1].milliseconds < patient(9000));
}

/* Whose connection ends may come again: it is not there twice. */
static void who_dies_is_missed(void **state)
{
    struct roll_call call = roll_call_of(3, 2);
    struct deadline soon = deadline_after(patient(5000));
    struct roll_channel dying;

    (void)state;
    roll_start(roll_call_of(3, 0), 0);
    assert_int_equal(roll_connect_as_task(&call, &dying), 0);
    roll_message_send(&dying, ROLL_ENTRY, &call.self, &soon);
    close(dying.socket);
    roll_start(roll_call_of(3, 2), 0);
    roll_start(roll_call_of(3, 1), 300);
    roll_wait();
    roll_expect_all(3, 0);
}

/* As rank 0 does; `answer` stays empty when nobody answers. */
static void ask(const struct roll_call *call, struct roll_entry *answer)
{
    struct deadline soon = deadline_after(patient(5000));
    struct roll_channel asking;
    int socket;

    memset(answer, 0, sizeof(*answer));
    while ((socket = roll_connect_as_stranger()) < 0) /* refused until it listens */
        poll(NULL, 0, 20);
    roll_channel_begin(&asking, socket, call->secret, call->step, PROOF_CONNECTS);
    roll_message_send(&asking, ROLL_NONCE, NULL, &soon);
    assert_int_equal(roll_message_expect(&asking, ROLL_NONCE, answer, &soon), 0);
    roll_message_send(&asking, ROLL_QUESTION, NULL, &soon);
    roll_message_expect(&asking, ROLL_ENTRY, answer, &soon);
    close(socket);
}

/* What a task that cannot reach rank 0 says to who asks, which is rank 0 alone. */
static void who_does_not_reach_rank_0_says_why(void **state)
{
    static const struct proof_secret other = {"of another step"};
    struct roll_call call = roll_call_of(2, 1);
    struct roll_call stranger = call;
    struct roll_entry answer;

    (void)state;
    call.node = "127.0.0.1"; /* another node, or it would leave the port to rank 0 */
    roll_start(call, 0);
    stranger.secret = &other;
    ask(&stranger, &answer);
    assert_string_equal(answer.problem, "");
    ask(&call, &answer);
    roll_wait();
    assert_contains(answer.problem, "rank 1 on localhost does not reach 127.0.0.1, "
                                    "where rank 0 is: 127.0.0.1 port");
    assert_int_equal(roll_outcomes[1].status, -1);
    assert_int_equal(roll_outcomes[1].error.party, ERROR_NONE);
}

/* The words of a task of a later protocol, of which nothing but the entry is known. */
static void enter_as_foreign(struct roll_channel *channel)
{
    static const char entry[] = "check=entry\0protocol=77\0release=9.9.9\0node="
                                "localhost\0token=\0problem=\0tasks=2\0"
                                "rank=1\0node_rank=0\0unheard=of";
    unsigned char bytes[2 + PROOF_TAG_SIZE + sizeof(entry)] = {0, sizeof(entry)};

    memcpy(bytes + 2 + PROOF_TAG_SIZE, entry, sizeof(entry));
    proof_tag(&channel->proof, entry, sizeof(entry), bytes + 2);
    assert_int_equal(write(channel->socket, bytes, sizeof(bytes)), sizeof(bytes));
}

static void a_node_of_another_release_is_told_with_both(void **state)
{
    struct roll_call foreign = roll_call_of(2, 1);
    struct deadline soon = deadline_after(patient(3000));
    struct roll_channel channel;
    struct roll_entry ignored;

    (void)state;
    roll_start(roll_call_of(2, 0), 0);
    assert_int_equal(roll_connect_as_task(&foreign, &channel), 0);
    enter_as_foreign(&channel);
    assert_int_equal(roll_message_expect(&channel, ROLL_STOP, &ignored, &soon), 0);
    close(channel.socket);
    roll_wait();
    assert_int_equal(roll_outcomes[0].status, -1);
    assert_contains(
        roll_outcomes[0].error.text,
        "the plugin on localhost is Atelier 9.9.9's (protocol 77), and that of rank 0 "
        "on localhost Atelier " PACKAGE_VERSION "'s (protocol 1), which do not "
        "understand each other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROLL_TEST(who_never_comes_is_named_once),
        ROLL_TEST(without_rank_0_one_task_tells),
        ROLL_TEST(a_port_in_use_is_told_by_rank_0),
        ROLL_TEST(a_rank_that_is_there_twice_stops_all),
        ROLL_TEST(a_problem_of_a_task_is_told_by_rank_0),
        ROLL_TEST(a_directory_that_is_not_shared_is_told),
        ROLL_TEST(a_directory_of_the_same_name_is_told),
        ROLL_TEST(a_directory_that_cannot_be_written_is_told),
        ROLL_TEST(a_node_without_a_name_is_told),
        ROLL_TEST(who_dies_is_missed),
        ROLL_TEST(who_does_not_reach_rank_0_says_why),
        ROLL_TEST(a_node_of_another_release_is_told_with_both),
    };

    return RUN_TAP(tests);
}
