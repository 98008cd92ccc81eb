/* retry_test.c: which tasks are sent back to open a file once more. */
#include "tests/unit/unit.h"

#include "nfs/file/retry.h"

static void who_was_sent_back_is_known_once(void **state)
{
    struct retries retries = {0};

    (void)state;
    assert_false(retry_is(&retries, 7));
    retry_expect(&retries, 7);
    retry_expect(&retries, 8);
    assert_false(retry_is(&retries, 9));
    assert_true(retry_is(&retries, 7));
    assert_false(retry_is(&retries, 7));
    assert_true(retry_is(&retries, 8));
}

static void the_oldest_is_forgotten(void **state)
{
    struct retries retries = {0};

    (void)state;
    for (pid_t task = 1; task <= RETRIES_MOST + 1; task++)
        retry_expect(&retries, task);
    assert_false(retry_is(&retries, 1));
    for (pid_t task = 2; task <= RETRIES_MOST + 1; task++)
        assert_true(retry_is(&retries, task));
}

static void who_has_no_id_is_never_sent_back(void **state)
{
    struct retries retries = {0};

    (void)state;
    assert_true(retry_is(&retries, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_sent_back_is_known_once),
        cmocka_unit_test(the_oldest_is_forgotten),
        cmocka_unit_test(who_has_no_id_is_never_sent_back),
    };

    return RUN_TAP(tests);
}
