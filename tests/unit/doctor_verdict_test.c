/* doctor_verdict_test.c: which node is at fault, from made-up measurements. */
#include "tests/unit/unit.h"

#include "cli/doctor/doctor_verdict.h"

#include <string.h>

#define NODES 8

static struct doctor_node nodes[NODES];
static struct doctor_link links[NODES];

/* A ring of so many nodes, all well. */
static void make_ring(size_t count)
{
    static const char *const names[NODES] = {"n0", "n1", "n2", "n3",
                                             "n4", "n5", "n6", "n7"};

    for (size_t i = 0; i < count; i++) {
        nodes[i] = (struct doctor_node){.name = names[i]};
        links[i] = (struct doctor_link){.from = i,
                                        .to = (i + 1) % count,
                                        .microseconds = 10 + (double)i,
                                        .megabytes = 1000 + 10 * (double)i};
    }
}

static size_t count_slow(size_t count)
{
    size_t slow = 0;

    for (size_t i = 0; i < count; i++)
        slow += nodes[i].state == DOCTOR_SLOW;
    return slow;
}

static void nothing_is_slow_among_equals(void **state)
{
    char text[ERROR_TEXT_SIZE];

    (void)state;
    for (size_t count = 3; count <= NODES; count++) {
        make_ring(count);
        links[1].megabytes = 400; /* as a busy machine has it */
        links[0].microseconds = 900;
        assert_int_equal(doctor_judge(nodes, count, links, count), 0);
        assert_int_equal(count_slow(count), 0);
        assert_false(doctor_tell_link(nodes, &links[1], text));
    }
}

static void a_slow_node_is_named(void **state)
{
    (void)state;
    for (size_t count = 3; count <= NODES; count++) {
        make_ring(count);
        links[1].megabytes = 9;
        links[2].megabytes = 11;
        assert_int_equal(doctor_judge(nodes, count, links, count), 2);
        assert_int_equal(count_slow(count), 1);
        assert_int_equal(nodes[2].state, DOCTOR_SLOW);
        assert_contains(nodes[2].why,
                        "n2 is slow: its links carry 9.0 MB/s at 11 us where "
                        "those of other nodes carry 10");
        assert_contains(nodes[2].why, "--exclude=n2");
    }
}

static void a_node_that_is_far_away_is_named(void **state)
{
    (void)state;
    make_ring(4);
    links[0].microseconds = links[3].microseconds = 5000;
    assert_int_equal(doctor_judge(nodes, 4, links, 4), 2);
    assert_int_equal(nodes[0].state, DOCTOR_SLOW);
    assert_int_equal(count_slow(4), 1);
}

static void a_slow_link_is_told_with_both_nodes(void **state)
{
    char text[ERROR_TEXT_SIZE];

    (void)state;
    make_ring(5);
    links[4].megabytes = 2.25;
    assert_int_equal(doctor_judge(nodes, 5, links, 5), 1);
    assert_int_equal(count_slow(5), 0);
    assert_true(doctor_tell_link(nodes, &links[4], text));
    assert_contains(text,
                    "the link between n4 and n0 is slow: it carries 2.2 MB/s at 14 us");
    assert_false(doctor_tell_link(nodes, &links[0], text));
    nodes[0].state = DOCTOR_SLOW; /* which explains it */
    assert_false(doctor_tell_link(nodes, &links[4], text));
}

static void two_nodes_have_nothing_to_compare(void **state)
{
    (void)state;
    make_ring(2);
    links[0].megabytes = 0.1;
    assert_int_equal(doctor_judge(nodes, 2, links, 1), 0);
    assert_int_equal(count_slow(2), 0);
}

static void a_dead_node_stays_dead(void **state)
{
    (void)state;
    make_ring(4);
    nodes[3].state = DOCTOR_DEAD;
    strcpy(nodes[3].why, "n3 is dead");
    links[0].megabytes = links[1].megabytes = 1;
    links[2] =
        (struct doctor_link){.from = 2, .to = 0, .microseconds = 9, .megabytes = 900};
    assert_int_equal(doctor_judge(nodes, 4, links, 3), 2);
    assert_int_equal(nodes[1].state, DOCTOR_SLOW);
    assert_string_equal(nodes[3].why, "n3 is dead");
}

static void a_second_look_makes_it_only_better(void **state)
{
    struct doctor_link better = {.from = 1, .to = 2, .microseconds = 5, .megabytes = 1},
                       other = {.from = 2, .to = 1, .microseconds = 5, .megabytes = 1};
    size_t count = 3;

    (void)state;
    make_ring(3);
    doctor_add_link(links, &count, &better);
    assert_int_equal(count, 3);
    assert_true(links[1].microseconds < 6 && links[1].megabytes > 1000);
    doctor_add_link(links, &count, &other);
    assert_int_equal(count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_slow_among_equals),
        cmocka_unit_test(a_slow_node_is_named),
        cmocka_unit_test(a_node_that_is_far_away_is_named),
        cmocka_unit_test(a_slow_link_is_told_with_both_nodes),
        cmocka_unit_test(two_nodes_have_nothing_to_compare),
        cmocka_unit_test(a_dead_node_stays_dead),
        cmocka_unit_test(a_second_look_makes_it_only_better),
    };

    return RUN_TAP(tests);
}
