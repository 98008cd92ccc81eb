/* lock_contest_test.c: nodes whose processes lock one range by turns. */
#include "tests/unit/unit.h"

#include "nfs/lock/lock_contest.h"

#include <stdlib.h>
#include <string.h>

/* The server says no more than yes or no. A call takes CALL_US, and half of that passes
 * until the server decides. */
#define NODES_MOST 64
#define RANKS_MOST 12
#define STEP_US 50
#define CALL_US 200
#define NOBODY -1

enum doing { IDLE, ASKING, HOLDING, GIVING_UP };

struct rank {
    long long ready; /* when it wants the lock (again) */
    long long wanted;
    bool waits;
};

struct node {
    struct lock_contests contests;
    struct rank ranks[RANKS_MOST];
    int count;
    enum doing doing;
    int rank; /* that asks or holds */
    bool decided, granted;
    long long done; /* the call, or the time of holding */
    long long at;   /* when to ask again */
};

struct world {
    struct node nodes[NODES_MOST];
    int count;
    long long now, hold, gap;
    int owner;
    long long calls, turns, waited, longest;
    long long turns_of[NODES_MOST];
};

static const struct lock_place place = {
    .handle = "handle", .handle_length = 6, .last = INT64_MAX};

static struct world world;

static long long milliseconds(void)
{
    return 1000000 + world.now / 1000;
}

static void begin(int nodes, int ranks, long long hold_us, long long gap_us)
{
    memset(&world, 0, sizeof(world));
    srand(4711);
    world.count = nodes;
    world.hold = hold_us;
    world.gap = gap_us;
    world.owner = NOBODY;
    for (int i = 0; i < nodes; i++) {
        world.nodes[i].count = ranks;
        for (int j = 0; j < ranks; j++)
            world.nodes[i].ranks[j].ready = rand() % 1000;
    }
}

static int oldest(const struct node *node)
{
    int first = NOBODY;

    for (int i = 0; i < node->count; i++)
        if (node->ranks[i].waits &&
            (first == NOBODY || node->ranks[i].wanted < node->ranks[first].wanted))
            first = i;
    return first;
}

static unsigned waiting(const struct node *node)
{
    unsigned count = 0;

    for (int i = 0; i < node->count; i++)
        count += node->ranks[i].waits;
    return count;
}

static void wish(struct node *node)
{
    for (int i = 0; i < node->count; i++) {
        struct rank *rank = &node->ranks[i];

        if (rank->waits || rank->ready > world.now)
            continue;
        rank->waits = true;
        rank->wanted = world.now;
        rank->ready = INT64_MAX;
    }
}

static void send(struct node *node, enum doing doing)
{
    node->doing = doing;
    node->decided = false;
    node->done = world.now + CALL_US * (3 + rand() % 3) / 4;
    world.calls++;
}

/* A thread sleeps in whole milliseconds from where it is, and a bit longer. */
static long long woken(long long at)
{
    return at > milliseconds() ? world.now + (at - milliseconds()) * 1000 + rand() % 200
                               : world.now;
}

static void ask(struct node *node)
{
    if (oldest(node) == NOBODY || node->at > world.now)
        return;
    node->at = woken(lock_contest_opens(&node->contests, &place));
    if (node->at > world.now)
        return;
    node->rank = oldest(node);
    send(node, ASKING);
}

/* The server's half of the call. */
static void decide(struct node *node, int number)
{
    if (node->decided || node->done - CALL_US / 2 > world.now)
        return;
    node->decided = true;
    if (node->doing == GIVING_UP) {
        world.owner = NOBODY;
        return;
    }
    node->granted = world.owner == NOBODY;
    if (node->granted)
        world.owner = number;
}

static void hear(struct node *node, int number)
{
    struct rank *rank = &node->ranks[node->rank];

    if (node->doing == GIVING_UP) {
        lock_contest_freed(&node->contests, &place, milliseconds());
        node->doing = IDLE;
        node->at = 0;
        rank->ready = world.now + world.gap;
    } else if (!node->granted) {
        node->at = woken(lock_contest_refused(&node->contests, &place, milliseconds()));
        node->doing = IDLE;
    } else {
        long long waited = world.now - rank->wanted;

        rank->waits = false;
        lock_contest_granted(&node->contests, &place, waiting(node), milliseconds());
        world.turns++;
        world.turns_of[number]++;
        world.waited += waited;
        world.longest = waited > world.longest ? waited : world.longest;
        node->doing = HOLDING;
        node->done = world.now + world.hold;
    }
}

static void advance(struct node *node, int number)
{
    wish(node);
    if (node->doing == IDLE)
        ask(node);
    if (node->doing == ASKING || node->doing == GIVING_UP) {
        decide(node, number);
        if (node->decided && node->done <= world.now)
            hear(node, number);
    } else if (node->doing == HOLDING && node->done <= world.now) {
        send(node, GIVING_UP);
    }
}

static void run(long long seconds)
{
    for (; world.now < seconds * 1000000; world.now += STEP_US)
        for (int i = 0; i < world.count; i++)
            advance(&world.nodes[i], i);
}

/* In ten seconds: more calls than `calls` a turn, fewer turns than `turns`, or a wait
 * longer than `times` the mean fails. */
static void check(int nodes, int ranks, long long hold_us, long long turns, double calls,
                  double times)
{
    begin(nodes, ranks, hold_us, 100);
    run(10);
    print_message(
        "# %d x %d, %.1f ms: %lld turns, %.1f calls a turn, wait %.1f of %.1f ms\n",
        nodes, ranks, (double)hold_us / 1000, world.turns,
        (double)world.calls / (double)world.turns, (double)world.longest / 1000,
        (double)world.waited / (double)world.turns / 1000);
    assert_true(world.turns >= turns);
    assert_true((double)world.calls <= calls * (double)world.turns);
    assert_true((double)world.longest * (double)world.turns <=
                times * (double)world.waited);
}

static void nodes_have_a_range_by_turns(void **state)
{
    (void)state;
    check(2, 1, 100, 4000, 3, 5);
    check(2, 1, 20000, 400, 15, 8);
    check(2, 6, 100, 10000, 4, 5);
    check(2, 6, 1000, 5000, 5, 5);
    check(2, 6, 20000, 400, 15, 5);
    check(3, 4, 100, 10000, 4, 8);
    check(3, 4, 1000, 5000, 6, 8);
    check(8, 1, 1000, 5000, 10, 8);
    check(8, 1, 20000, 400, 30, 12);
    check(16, 4, 1000, 5000, 15, 12);
    check(64, 1, 1000, 5000, 25, 15);
    check(64, 1, 100, 10000, 15, 15);
}

/* The second node wants the lock `late_us` after the first, which begins anew at once. */
static void let_a_second_come(long long hold_us, long long late_us)
{
    begin(2, 1, hold_us, 100);
    world.nodes[1].ranks[0].ready = late_us;
}

static void who_begins_anew_at_once_lets_others_in(void **state)
{
    (void)state;
    let_a_second_come(100000, 60000000);
    run(60);
    assert_true(world.turns >= 60 * 1000 / 100 * 9 / 10);
    run(60 + LOCK_REIGN_MS / 1000 + 1);
    assert_true(world.turns_of[1] > 0);
    run(80);
    assert_true(world.turns_of[1] >= 60);
}

static void a_long_wait_is_cheap_and_ends_soon(void **state)
{
    long long calls;

    (void)state;
    let_a_second_come(60000000, 1000000);
    run(50);
    calls = world.calls;
    run(60);
    assert_true(world.calls - calls <= 10 * 1000 / LOCK_PAUSE_MOST + 1);
    run(61);
    assert_int_equal(world.turns_of[1], 1);
    assert_true(world.longest <= 59000000 + LOCK_PAUSE_MOST * 1000 + 2000);
}

static void a_node_alone_is_not_slowed_down(void **state)
{
    (void)state;
    begin(1, 1, 100, 100);
    run(10);
    assert_true(world.turns * 6 * 100 >= 10 * 1000000 * 9 / 10);
    assert_int_equal(world.calls, 2 * world.turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_have_a_range_by_turns),
        cmocka_unit_test(who_begins_anew_at_once_lets_others_in),
        cmocka_unit_test(a_long_wait_is_cheap_and_ends_soon),
        cmocka_unit_test(a_node_alone_is_not_slowed_down),
    };

    return RUN_TAP(tests);
}
