/* test_program.c: what a program that root runs gets and says, and when it is killed. */
#include "program.h"

#include "deadline.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char said[64];
static struct error error;

static int run_shell(const char *script, int milliseconds)
{
    char *const words[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};

    error_clear(&error);
    return program_run(words, milliseconds, said, sizeof(said), &error);
}

static void test_status_and_speech(void **state)
{
    (void)state;
    assert_int_equal(run_shell("echo first; echo heard >&2; exit 3", 5000), 3);
    assert_string_equal(said, "first\nheard");
    assert_int_equal(run_shell(":", 5000), 0);
    assert_string_equal(said, "");
}

static void test_speech_is_cut(void **state)
{
    (void)state;
    assert_int_equal(run_shell("i=0; while [ $i -lt 20000 ]; do echo 12345678 >&2; "
                               "i=$((i+1)); done",
                               20000),
                     0);
    assert_in_range(strlen(said), sizeof(said) - 2, sizeof(said) - 1); /* a newline */
}

static void test_nothing_is_inherited(void **state)
{
    int leak = open("/dev/null", O_RDONLY); /* without close-on-exec */

    (void)state;
    setenv("LD_LIBRARY_PATH", "/nowhere", 1);
    signal(SIGTERM, SIG_IGN);
    /* The listing's own descriptor is 3. */
    assert_int_equal(
        run_shell("/bin/echo /proc/self/fd/* | /usr/bin/tr -dc '0-9 ' >&2", 5000), 0);
    assert_string_equal(said, "0 1 2 3");
    assert_int_equal(run_shell("echo \"${LD_LIBRARY_PATH-unset}\" >&2", 5000), 0);
    assert_string_equal(said, "unset");
    assert_int_equal(run_shell("kill -TERM $$; exit 0", 5000), -1);
    assert_non_null(strstr(error.text, "signal 15"));
    signal(SIGTERM, SIG_DFL);
    unsetenv("LD_LIBRARY_PATH");
    close(leak);
}

static void test_hanging_program_is_killed_with_its_children(void **state)
{
    long long start = clock_milliseconds();
    char path[] = "/tmp/atelier-program-XXXXXX";
    char script[128];

    (void)state;
    close(mkstemp(path));
    snprintf(script, sizeof(script), "(sleep 1; rm %s) & sleep 30", path);
    assert_int_equal(run_shell(script, 200), -1);
    assert_true(clock_milliseconds() - start < 1000);
    assert_non_null(strstr(error.text, "did not end within 200 ms"));
    usleep(1200 * 1000);
    assert_int_equal(unlink(path), 0);
}

static void test_daemon_that_keeps_speech_open_is_not_waited_for(void **state)
{
    long long start = clock_milliseconds();

    (void)state;
    assert_int_equal(
        run_shell("/usr/bin/setsid sleep 2 & echo ready >&2; sleep 0.1", 5000), 0);
    assert_true(clock_milliseconds() - start < 1000);
    assert_string_equal(said, "ready");
}

static void test_missing_program(void **state)
{
    char *const words[] = {(char *)"/nowhere/atelier-keeper", NULL};

    (void)state;
    error_clear(&error);
    assert_int_equal(program_run(words, 1000, said, sizeof(said), &error), -1);
    assert_string_equal(error.text,
                        "/nowhere/atelier-keeper could not be run: it is not there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_and_speech),
        cmocka_unit_test(test_speech_is_cut),
        cmocka_unit_test(test_nothing_is_inherited),
        cmocka_unit_test(test_hanging_program_is_killed_with_its_children),
        cmocka_unit_test(test_daemon_that_keeps_speech_open_is_not_waited_for),
        cmocka_unit_test(test_missing_program),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
