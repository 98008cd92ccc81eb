/* unit.h: what every unit test starts with. */
#ifndef ATELIER_UNIT_H
#define ATELIER_UNIT_H

/* cmocka.h wants these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/error.h"

/* How long a test waits for what comes within `quiet` on a quiet machine, in the same
 * unit: CHECK_PATIENCE times as long (tests/run). A deadline that is to pass stays. */
static inline int patient(int quiet)
{
    const char *times = getenv("CHECK_PATIENCE");

    return quiet * (times && atoi(times) > 1 ? atoi(times) : 1);
}

/* Runs `tests`, an array of struct CMUnitTest, and says the results in TAP; a program
 * that hangs is ended. */
#define RUN_TAP(tests)                                                        \
    (alarm((unsigned)patient(120)), cmocka_set_message_output(CM_OUTPUT_TAP), \
     cmocka_run_group_tests(tests, NULL, NULL))

#define assert_contains(text, part) assert_non_null(strstr(text, part))

/* Both bounds are allowed. cmocka's own has another name in each of its versions. */
#define assert_between(value, least, most)                                 \
    do {                                                                   \
        const intmax_t between = (intmax_t)(value);                        \
        if (between < (intmax_t)(least) || between > (intmax_t)(most))     \
            fail_msg(#value " is %jd, not " #least " to " #most, between); \
    } while (0)

#define NO_ERROR ((struct error){.party = ERROR_NONE})

#endif
