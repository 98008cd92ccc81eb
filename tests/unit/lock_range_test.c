/* lock_range_test.c: ranges of locks, held against a plain array of bytes. */
#include "tests/unit/unit.h"

#include "nfs/lock/lock_range.h"

#include <stdlib.h>
#include <string.h>

#define BYTES 40

/* What is held of each byte, the plain way. */
static void check(const struct lock_range *ranges, const enum lock_kind *expected)
{
    enum lock_kind seen[BYTES] = {LOCK_NONE};

    for (const struct lock_range *range = ranges; range; range = range->next)
        for (uint64_t byte = range->first; byte <= range->last; byte++) {
            assert_int_equal(seen[byte], LOCK_NONE);
            seen[byte] = range->kind;
        }
    assert_memory_equal(seen, expected, sizeof(seen));
}

static void ranges_are_what_the_bytes_say(void **state)
{
    enum lock_kind bytes[BYTES] = {LOCK_NONE};
    struct lock_range *ranges = NULL;

    (void)state;
    srand(1);
    for (int turn = 0; turn < 20000; turn++) {
        unsigned first = (unsigned)rand() % BYTES;
        unsigned last = first + (unsigned)rand() % (BYTES - first);
        enum lock_kind kind = (enum lock_kind)(rand() % 3);

        assert_int_equal(lock_range_set(&ranges, first, last, kind), 0);
        for (unsigned byte = first; byte <= last; byte++)
            bytes[byte] = kind;
        check(ranges, bytes);
    }
    lock_range_clear(&ranges);
    assert_null(ranges);
}

static void neighbours_become_one(void **state)
{
    struct lock_range *ranges = NULL;

    (void)state;
    for (unsigned byte = 0; byte < 1000; byte++)
        lock_range_set(&ranges, byte ^ 1, byte ^ 1, LOCK_EXCLUSIVE);
    lock_range_set(&ranges, 1000, INT64_MAX, LOCK_EXCLUSIVE);
    assert_null(ranges->next);
    assert_int_equal(ranges->first, 0);
    assert_int_equal(ranges->last, INT64_MAX);
    lock_range_clear(&ranges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_what_the_bytes_say),
        cmocka_unit_test(neighbours_become_one),
    };

    return RUN_TAP(tests);
}
