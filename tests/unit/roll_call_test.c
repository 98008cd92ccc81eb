#include "roll_fixture.h"

static void all_go_when_all_are_there(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 4; rank++)
        roll_start(roll_call_of(4, rank), rank == 0 ? 100 : 0);
    roll_wait();
    roll_expect_all(4, 0);
    assert_int_equal(roll_sentences(4), 0);
    assert_true(roll_outcomes[1].milliseconds < 3000);
    assert_true(roll_port_is_free());
}

static void a_lone_rank_goes(void **state)
{
    (void)state;
    roll_start(roll_call_of(1, 0), 0);
    roll_wait();
    roll_expect_all(1, 0);
}

static void a_late_task_is_waited_for(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 3; rank++)
        roll_start(roll_call_of(3, rank), rank == 2 ? 2500 : 0);
    roll_wait();
    roll_expect_all(3, 0);
}

static void a_thousand_tasks_go(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 1000; rank++)
        roll_start(roll_call_of(1000, rank), 0);
    roll_wait();
    roll_expect_all(1000, 0);
    print_message("# 1000 tasks: rank 0 took %lld ms\n", roll_outcomes[0].milliseconds);
    assert_true(roll_port_is_free());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROLL_TEST(all_go_when_all_are_there),
        ROLL_TEST(a_lone_rank_goes),
        ROLL_TEST(a_late_task_is_waited_for),
        ROLL_TEST(a_thousand_tasks_go),
    };

    return RUN_TAP(tests);
}
