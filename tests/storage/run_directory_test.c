/* run_directory_test.c: a keeper holds its run directory; a removed one is nobody's. */
#include "tests/unit/unit.h"

#include "storage/run_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static char run[] = "/tmp/atelier-run.XXXXXX";
static struct run_directory mine, other;

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(run) && run_directory_name(&mine, run, "n1", 7, NULL) == 0 &&
                   run_directory_name(&other, run, "n1", 7, NULL) == 0
               ? 0
               : -1;
}

/* As another job's start would find it. */
static int is_nobodys(void)
{
    int fd = open(mine.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int locked = flock(fd, LOCK_EX | LOCK_NB);

    close(fd);
    return locked == 0;
}

static void test_both_holders_count(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    assert_int_equal(run_directory_create(&mine, &error), 0);
    assert_false(is_nobodys());
    assert_int_equal(run_directory_open(&other, &error), 0);
    assert_int_equal(run_directory_hold(&other, &error), 0);
    run_directory_close(&mine);
    assert_false(is_nobodys());
    run_directory_close(&other);
    assert_true(is_nobodys());
}

static void test_what_is_removed_is_not_held(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    assert_int_equal(run_directory_create(&mine, &error), 0);
    assert_int_equal(run_directory_open(&other, &error), 0);
    run_directory_remove(&mine);
    assert_int_equal(access(run, F_OK), -1);
    assert_int_equal(run_directory_hold(&other, &error), -1);
    assert_int_equal(errno, ENOENT);
    assert_non_null(strstr(error.text, "is being removed"));
    run_directory_close(&other);
    error_clear(&error);
    assert_int_equal(run_directory_create(&other, &error), 0);
    assert_false(is_nobodys());
    run_directory_remove(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_holders_count),
        cmocka_unit_test(test_what_is_removed_is_not_held),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
