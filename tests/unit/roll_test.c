/* roll_test.c: what is wrong with a roll, from the numbers of its tasks. */
#include "tests/unit/unit.h"

#include "lib/roll/roll.h"
#include "lib/roll/roll_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static char *hosts[] = {"n1", "n2", "n3"};
static const struct hostlist nodes = {.hosts = hosts, .count = 3};
static const unsigned tasks_per_node[] = {2, 1, 3};
static const struct roll_layout layout = {
    .tasks = 6, .nodes = &nodes, .tasks_per_node = tasks_per_node};

static struct roll_entry entry_of(unsigned rank, unsigned node)
{
    struct roll_entry entry = {.tasks = 6, .rank = rank, .node_rank = node};

    snprintf(entry.node, sizeof(entry.node), "%s", hosts[node]);
    return entry;
}

static bool enter(struct roll *roll, unsigned rank, unsigned node, struct error *error)
{
    struct roll_entry entry = entry_of(rank, node);

    *error = NO_ERROR;
    return roll_enter(roll, &entry, error);
}

/* Any distribution: the order of the ranks over the nodes is not looked at. */
static void it_is_complete_when_each_rank_came_once(void **state)
{
    static const unsigned node_of[] = {0, 1, 2, 0, 2, 2};
    struct roll *roll = roll_create(&layout);
    struct error error;

    (void)state;
    for (unsigned rank = 0; rank < 6; rank++) {
        assert_false(roll_is_complete(roll));
        assert_true(enter(roll, rank, node_of[rank], &error));
        assert_int_equal(error.party, ERROR_NONE);
    }
    assert_true(roll_is_complete(roll));
    assert_int_equal(roll_lacking_node(roll, 0), 3);
    roll_destroy(roll);
}

static void who_leaves_may_come_again(void **state)
{
    struct roll *roll = roll_create(&layout);
    struct roll_entry entry = entry_of(5, 2);
    struct error error;

    (void)state;
    assert_true(enter(roll, 5, 2, &error));
    assert_false(enter(roll, 5, 2, &error));
    assert_contains(error.text, "rank 5 came twice to rank 0 on n1");
    roll_leave(roll, &entry);
    roll_leave(roll, &entry);
    assert_true(enter(roll, 5, 2, &error));
    roll_destroy(roll);
}

static void a_node_has_no_more_tasks_than_slurm_deals(void **state)
{
    struct roll *roll = roll_create(&layout);
    struct error error;

    (void)state;
    assert_true(enter(roll, 2, 1, &error));
    assert_false(enter(roll, 3, 1, &error));
    assert_contains(error.text, "rank 3 came twice");
    assert_contains(error.text, "from n2");
    roll_destroy(roll);
}

static void another_world_is_told_with_both_nodes(void **state)
{
    struct roll *roll = roll_create(&layout);
    struct roll_entry entry = entry_of(1, 1);
    struct error error = NO_ERROR;

    (void)state;
    entry.tasks = 4;
    assert_false(roll_enter(roll, &entry, &error));
    assert_contains(error.text,
                    "rank 1 on n2 is one of 4 tasks, and rank 0 on n1 one of 6");
    error = NO_ERROR;
    entry = entry_of(6, 1);
    assert_false(roll_enter(roll, &entry, &error));
    error = NO_ERROR;
    entry = entry_of(1, 1);
    entry.node_rank = 2;
    assert_false(roll_enter(roll, &entry, &error));
    assert_contains(error.text, "rank 1 is on n2, which is not node 2");
    error = NO_ERROR;
    entry.node_rank = 3;
    assert_false(roll_enter(roll, &entry, &error));
    roll_destroy(roll);
}

static void a_problem_is_told_and_its_rank_entered(void **state)
{
    struct roll *roll = roll_create(&layout);
    struct roll_entry entry = entry_of(1, 1);
    struct error error = NO_ERROR;

    (void)state;
    strcpy(entry.problem, "port 12 of n2 is taken");
    assert_true(roll_enter(roll, &entry, &error));
    assert_string_equal(error.text, "port 12 of n2 is taken");
    roll_destroy(roll);
}

static void the_missing_are_named(void **state)
{
    struct roll *roll = roll_create(&layout);
    struct error error;

    (void)state;
    enter(roll, 0, 0, &error);
    enter(roll, 4, 2, &error);
    enter(roll, 1, 0, &error);
    assert_int_equal(roll_lacking_node(roll, 0), 1);
    assert_int_equal(roll_lacking_node(roll, 2), 2);
    error = NO_ERROR;
    assert_int_equal(roll_tell_missing(roll, 1, "n1", 10, "", &error), -1);
    assert_string_equal(
        error.text, "ranks 2-3,5 on n2 and 1 more node did not come to rank 0 on n1 "
                    "within 10 s; see what else the step says of n2, and start it again");
    enter(roll, 2, 1, &error);
    enter(roll, 3, 2, &error);
    error = NO_ERROR;
    roll_tell_missing(roll, 2, "n1", 2, "n1 cannot resolve n3: no", &error);
    assert_string_equal(error.text,
                        "rank 5 on n3 did not come to rank 0 on n1 within 2 s: n1 cannot "
                        "resolve n3: no; tell your administrator, or leave the node out "
                        "with --exclude=n3");
    roll_destroy(roll);
}

static void many_missing_are_cut(void **state)
{
    static unsigned many[] = {999, 1, 1000};
    const struct roll_layout wide = {
        .tasks = 2000, .nodes = &nodes, .tasks_per_node = many};
    struct roll *roll = roll_create(&wide);
    struct error error = NO_ERROR;

    (void)state;
    for (unsigned rank = 0; rank < 1000; rank += 2) {
        struct roll_entry entry = entry_of(rank, 0);

        entry.tasks = 2000;
        assert_true(roll_enter(roll, &entry, &error));
    }
    roll_tell_missing(roll, 0, "n1", 10, "", &error);
    assert_contains(error.text, "ranks 1,3,5,7,");
    assert_contains(error.text, ",... on n1 and 2 more nodes did not come");
    assert_contains(error.text, "start it again");
    roll_destroy(roll);
}

static void steps_and_runs_have_names_of_their_own(void **state)
{
    char name[ROLL_STEP_SIZE], other[ROLL_STEP_SIZE];

    (void)state;
    roll_name_step(name, 1, 2, 3, 4);
    roll_name_step(other, 12, 3, 4, 4);
    assert_string_not_equal(name, other);
    roll_name_step(other, 1, 2, 4, 4);
    assert_string_not_equal(name, other);
    roll_name_step(other, 1, 2, 3, 5);
    assert_string_not_equal(name, other);
}

static const struct proof_secret secret = {"of the step"};

/* Who connects, and who listens; neither has read anything yet. */
static void pair_of(struct roll_channel ends[2])
{
    struct deadline soon = deadline_after(patient(5000));
    int sockets[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    for (int side = 0; side < 2; side++) {
        assert_int_equal(roll_channel_begin(&ends[side], sockets[side], &secret, "step",
                                            (enum proof_side)side),
                         0);
        assert_int_equal(roll_message_send(&ends[side], ROLL_NONCE, NULL, &soon), 0);
    }
}

static void meet(struct roll_channel ends[2])
{
    struct deadline soon = deadline_after(patient(5000));
    struct roll_entry nothing;

    pair_of(ends);
    for (int side = 0; side < 2; side++)
        assert_int_equal(roll_message_expect(&ends[side], ROLL_NONCE, &nothing, &soon),
                         0);
}

static void close_both(const struct roll_channel ends[2])
{
    close(ends[0].socket);
    close(ends[1].socket);
}

static void an_entry_arrives_as_it_was_sent(void **state)
{
    struct roll_entry sent = entry_of(5, 2), got;
    struct deadline soon = deadline_after(patient(5000));
    struct roll_channel ends[2];

    (void)state;
    meet(ends);
    strcpy(sent.token, "abc");
    memset(sent.problem, 'x', sizeof(sent.problem) - 1);
    assert_int_equal(roll_message_send(&ends[0], ROLL_ENTRY, &sent, &soon), 0);
    assert_int_equal(roll_message_expect(&ends[1], ROLL_ENTRY, &got, &soon), 0);
    assert_int_equal(got.rank, 5);
    assert_int_equal(got.node_rank, 2);
    assert_int_equal(got.tasks, 6);
    assert_string_equal(got.node, "n3");
    assert_string_equal(got.token, "abc");
    assert_string_equal(got.problem, sent.problem);
    assert_int_equal(roll_message_send(&ends[1], ROLL_GO, NULL, &soon), 0);
    assert_int_equal(roll_message_expect(&ends[0], ROLL_GO, &got, &soon), 0);
    close(ends[0].socket);
    assert_int_equal(roll_message_expect(&ends[1], ROLL_GO, &got, &soon), -1);
    close(ends[1].socket);
}

static void send_tagged(struct roll_channel *channel, const char *bytes, size_t length)
{
    unsigned char whole[2 + PROOF_TAG_SIZE + 64] = {0, (unsigned char)length};

    memcpy(whole + 2 + PROOF_TAG_SIZE, bytes, length);
    proof_tag(&channel->proof, bytes, length, whole + 2);
    length += 2 + PROOF_TAG_SIZE;
    assert_int_equal(write(channel->socket, whole, length), length);
}

/* A task of the step may be of another release. */
static void what_no_task_says_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } words[] = {
        {"", 0},
        {"abcd", 4},
        {"check=go", 8},
        {"check=entry", 12},
        {"check=entry\0tasks=-1", 21},
        {"check=unheard", 14},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct roll_channel ends[2];
        struct roll_entry entry;
        enum roll_word word;

        meet(ends);
        send_tagged(&ends[0], words[i].bytes, words[i].length);
        assert_int_equal(roll_message_read(&ends[1], &word, &entry), -1);
        close_both(ends);
    }
}

/* Whoever connects may send anything. */
static void garbage_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } garbage[] = {
        {"GET / HTTP/1.1\r\n\r\n", 18},
        {"\377\377", 2},
        {"\0\0aaaabbbbccccdddd", 18},
        {"\0\11aaaabbbbccccddddcheck=go", 27},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        struct roll_channel ends[2];
        struct roll_entry entry;
        enum roll_word word;

        meet(ends);
        assert_int_equal(write(ends[0].socket, garbage[i].bytes, garbage[i].length),
                         garbage[i].length);
        assert_int_equal(roll_message_read(&ends[1], &word, &entry), -1);
        close_both(ends);
    }
}

static void a_message_may_come_byte_by_byte(void **state)
{
    struct roll_entry entry = entry_of(1, 0), got;
    struct deadline soon = deadline_after(patient(5000));
    struct roll_channel ends[2];
    unsigned char bytes[4096];
    enum roll_word word;
    int through[2];
    ssize_t length;

    (void)state;
    meet(ends);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, through), 0);
    roll_message_send(&ends[0], ROLL_ENTRY, &entry, &soon);
    length = read(ends[1].socket, bytes, sizeof(bytes));
    close_both(ends);
    ends[1].socket = through[1];
    for (ssize_t i = 0; i < length; i++) {
        assert_int_equal(roll_message_read(&ends[1], &word, &got), 0);
        assert_int_equal(write(through[0], bytes + i, 1), 1);
    }
    assert_int_equal(roll_message_read(&ends[1], &word, &got), 1);
    assert_int_equal(word, ROLL_ENTRY);
    assert_string_equal(got.node, "n1");
    close(through[0]);
    close(through[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_complete_when_each_rank_came_once),
        cmocka_unit_test(who_leaves_may_come_again),
        cmocka_unit_test(a_node_has_no_more_tasks_than_slurm_deals),
        cmocka_unit_test(another_world_is_told_with_both_nodes),
        cmocka_unit_test(a_problem_is_told_and_its_rank_entered),
        cmocka_unit_test(the_missing_are_named),
        cmocka_unit_test(many_missing_are_cut),
        cmocka_unit_test(steps_and_runs_have_names_of_their_own),
        cmocka_unit_test(an_entry_arrives_as_it_was_sent),
        cmocka_unit_test(what_no_task_says_is_refused),
        cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(a_message_may_come_byte_by_byte),
    };

    return RUN_TAP(tests);
}
