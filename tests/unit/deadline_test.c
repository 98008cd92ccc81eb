/* deadline_test.c: deadlines end when they should, and are never rounded down. */
#include "tests/unit/unit.h"

#include "lib/deadline.h"

#include <limits.h>
#include <unistd.h>

static void time_left_goes_down_to_nothing(void **state)
{
    struct deadline deadline = deadline_after(60);

    (void)state;
    assert_between(deadline_left(&deadline), 1, 60);
    assert_false(deadline_passed(&deadline));
    usleep(70 * 1000);
    assert_int_equal(deadline_left(&deadline), 0);
    assert_true(deadline_passed(&deadline));
}

/* Rounded down, the last part of a millisecond would be spent in a loop around poll. Half
 * a millisecond may pass between two lines on a busy machine, hence the many tries. */
static void time_left_is_rounded_up(void **state)
{
    int rounded_up = 0;

    (void)state;
    for (int i = 0; i < 1000 && !rounded_up; i++) {
        struct deadline deadline = deadline_after(0);

        deadline.at.tv_nsec += 500000;
        rounded_up = deadline_left(&deadline) == 1;
    }
    assert_true(rounded_up);
}

static void the_past_has_passed(void **state)
{
    struct deadline now = deadline_after(0), past = deadline_after(-2500);

    (void)state;
    assert_true(deadline_passed(&now));
    assert_true(deadline_passed(&past));
    assert_int_equal(deadline_left(&past), 0);
}

static void nanoseconds_stay_below_a_second(void **state)
{
    (void)state;
    for (int milliseconds = 0; milliseconds < 1000; milliseconds++) {
        struct deadline deadline = deadline_after(milliseconds);

        assert_between(deadline.at.tv_nsec, 0, 999999999);
    }
}

static void the_far_future_fits(void **state)
{
    struct deadline deadline = deadline_after(INT_MAX);

    (void)state;
    assert_between(deadline_left(&deadline), INT_MAX - 1000, INT_MAX);
    deadline.at.tv_sec += 1000000;
    assert_int_equal(deadline_left(&deadline), INT_MAX);
}

static void the_clock_counts_milliseconds(void **state)
{
    long long start = clock_milliseconds();

    (void)state;
    usleep(30 * 1000);
    assert_between(clock_milliseconds() - start, 29, patient(5000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_left_goes_down_to_nothing),
        cmocka_unit_test(time_left_is_rounded_up),
        cmocka_unit_test(the_past_has_passed),
        cmocka_unit_test(nanoseconds_stay_below_a_second),
        cmocka_unit_test(the_far_future_fits),
        cmocka_unit_test(the_clock_counts_milliseconds),
    };

    return RUN_TAP(tests);
}
