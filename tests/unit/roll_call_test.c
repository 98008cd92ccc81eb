/* roll_call_test.c: launch checks whose tasks all come. */
#include "tests/unit/roll_fixture.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define MANY 50 /* each of them many times as slow */
#else
#define MANY 1000
#endif

static void all_go_when_all_are_there(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < 4; rank++)
        roll_start(roll_call_of(4, rank), rank == 0 ? 100 : 0);
    roll_wait();
    roll_expect_all(4, 0);
    assert_int_equal(roll_sentences(4), 0);
    assert_true(roll_outcomes[1].milliseconds < patient(3000));
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

static void many_tasks_go(void **state)
{
    (void)state;
    for (unsigned rank = 0; rank < MANY; rank++)
        roll_start(roll_call_of(MANY, rank), 0);
    roll_wait();
    roll_expect_all(MANY, 0);
    print_message("# %d tasks: rank 0 took %lld ms\n", MANY,
                  roll_outcomes[0].milliseconds);
    assert_true(roll_port_is_free());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROLL_TEST(all_go_when_all_are_there),
        ROLL_TEST(a_lone_rank_goes),
        ROLL_TEST(a_late_task_is_waited_for),
        ROLL_TEST(many_tasks_go),
    };

    return RUN_TAP(tests);
}
