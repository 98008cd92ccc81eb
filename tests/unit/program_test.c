/* program_test.c: running a program: what it gets, what it says, how it ends, and when
 * it is given up. */
#include "lib/program.h"
#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SOON patient(5000) /* milliseconds */

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
    assert_int_equal(run_shell("echo first; echo heard >&2; exit 3", SOON), 3);
    assert_string_equal(said, "first\nheard");
    assert_int_equal(run_shell(":", SOON), 0);
    assert_string_equal(said, "");
}

static void test_speech_is_cut(void **state)
{
    (void)state;
    assert_int_equal(run_shell("i=0; while [ $i -lt 20000 ]; do echo 12345678 >&2; "
                               "i=$((i+1)); done",
                               patient(20000)),
                     0);
    assert_between(strlen(said), sizeof(said) - 2, sizeof(said) - 1); /* a newline */
}

static void test_nothing_is_inherited(void **state)
{
    int leak = open("/dev/null", O_RDONLY); /* without close-on-exec */

    (void)state;
    setenv("LD_LIBRARY_PATH", "/nowhere", 1);
    signal(SIGTERM, SIG_IGN);
    /* The listing's own descriptor is 3. */
    assert_int_equal(
        run_shell("/bin/echo /proc/self/fd/* | /usr/bin/tr -dc '0-9 ' >&2", SOON), 0);
    assert_string_equal(said, "0 1 2 3");
    assert_int_equal(run_shell("echo \"${LD_LIBRARY_PATH-unset}\" >&2", SOON), 0);
    assert_string_equal(said, "unset");
    assert_int_equal(run_shell("kill -TERM $$; exit 0", SOON), -1);
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
    snprintf(script, sizeof(script), "(sleep %d; rm %s) & sleep 30", patient(1), path);
    assert_int_equal(run_shell(script, 200), -1);
    assert_true(clock_milliseconds() - start < patient(1000));
    assert_non_null(strstr(error.text, "did not end within 200 ms"));
    poll(NULL, 0, patient(1200));
    assert_int_equal(unlink(path), 0);
}

static void test_daemon_that_keeps_speech_open_is_not_waited_for(void **state)
{
    long long start = clock_milliseconds();
    char script[64];

    (void)state;
    snprintf(script, sizeof(script),
             "/usr/bin/setsid sleep %d & echo ready >&2; sleep 0.1", patient(2));
    assert_int_equal(run_shell(script, SOON), 0);
    assert_true(clock_milliseconds() - start < patient(1000));
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

static char *words[] = {(char *)"/bin/sh", (char *)"-c", NULL, NULL};
static char *no_environment[] = {NULL};
static struct program program;
static long long began;

/* Starts a script, of whose streams a little is kept. */
static void start_shell(const char *script, unsigned rules)
{
    const struct program_way way = {.words = words,
                                    .environment = no_environment,
                                    .process = {.rules = rules},
                                    .most = {100, 100}};

    words[2] = (char *)script;
    began = clock_milliseconds();
    assert_int_equal(program_start(&program, &way), 0);
}

static int wait_shell(int milliseconds)
{
    struct deadline deadline = deadline_after(milliseconds);

    return program_wait(&program, &deadline);
}

static void the_streams_are_two(void **state)
{
    (void)state;
    start_shell("echo one; echo two >&2; exit 7", 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_int_equal(WEXITSTATUS(program.ending.status), 7);
    assert_string_equal(said_text(&program.said[0]), "one\n");
    assert_string_equal(said_text(&program.said[1]), "two\n");
    assert_false(program.said[0].is_cut);
    program_release(&program);
    program_release(&program);
}

static void output_over_the_bound_is_known(void **state)
{
    (void)state;
    start_shell("i=0; while [ $i -lt 20000 ]; do echo 12345678; i=$((i+1)); done", 0);
    assert_int_equal(wait_shell(patient(20000)), 0);
    assert_true(program.said[0].is_cut);
    assert_int_equal(strlen(said_text(&program.said[0])), 100);
    assert_int_equal(program.ending.status, 0);
    program_release(&program);
}

static void a_deadline_passes_and_nobody_is_left(void **state)
{
    (void)state;
    start_shell("trap '' TERM; echo waits; sleep 30 & wait; sleep 30", PROCESS_GROUP);
    assert_int_equal(wait_shell(300), -1);
    assert_string_equal(said_text(&program.said[0]), "waits\n");
    program_kill(&program);
    program_release(&program);
    assert_true(clock_milliseconds() - began < patient(2000));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* And what it writes when the program has ended is not heard. */
static void a_grandchild_that_holds_the_streams_holds_nobody(void **state)
{
    char script[128];

    (void)state;
    snprintf(script, sizeof(script),
             "(trap '' PIPE; i=0; while [ $((i += 1)) -lt %d ] && sleep 0.05; do "
             "echo more; done) & echo done",
             patient(60));
    start_shell(script, 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_true(clock_milliseconds() - began < patient(2000));
    assert_contains(said_text(&program.said[0]), "done\n");
    assert_int_equal(program.said[0].fd, 0);
    program_release(&program);
}

/* A program that closes both is waited for all the same. */
static void the_end_of_the_streams_is_not_the_end(void **state)
{
    (void)state;
    start_shell("exec >&- 2>&-; sleep 0.3; exit 4", 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_true(clock_milliseconds() - began >= 290);
    assert_int_equal(WEXITSTATUS(program.ending.status), 4);
    program_release(&program);
}

/* Its end is told at once, though what told of it was released. */
static void what_was_released_is_watched_again(void **state)
{
    (void)state;
    start_shell("sleep 0.1", 0);
    program_release(&program);
    assert_int_equal(program.watch, 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_true(program.watch > 0);
    program_release(&program);
}

static void who_is_left_ends(void **state)
{
    (void)state;
    start_shell("while echo more; do :; done", 0);
    program_leave(&program);
    assert_int_equal(program.process, 0);
    start_shell("trap '' PIPE; while :; do echo more; done", 0);
    program_leave(&program);
    program_leave(&program);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_true(clock_milliseconds() - began < patient(2000));
}

static void a_kill_is_told(void **state)
{
    char text[ENDING_TEXT_SIZE];

    (void)state;
    start_shell("echo last words >&2; kill -9 $$", 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_contains(
        ending_describe(&program.ending, said_text(&program.said[1]), text, sizeof(text)),
        "sh was killed by signal 9 (SIGKILL)");
    assert_contains(text, "it said: last words");
    program_release(&program);
}

static void note_signal(int number)
{
    (void)number;
}

static void a_signal_does_not_end_the_wait(void **state)
{
    const struct sigaction note = {.sa_handler = note_signal};
    char script[64];

    (void)state;
    sigaction(SIGUSR1, &note, NULL);
    snprintf(script, sizeof(script), "sleep 0.1; kill -USR1 %d; sleep 0.2; echo said",
             (int)getpid());
    start_shell(script, 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_string_equal(said_text(&program.said[0]), "said\n");
    program_release(&program);
    signal(SIGUSR1, SIG_DFL);
}

static void what_cannot_be_run_is_told_at_the_end(void **state)
{
    char *missing[] = {(char *)"atelier-is-not-there", NULL};
    const struct program_way way = {.words = missing};
    char text[ENDING_TEXT_SIZE];

    (void)state;
    assert_int_equal(program_start(&program, &way), 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_int_equal(ending_cause(&program.ending), ENOENT);
    assert_string_equal(ending_describe(&program.ending, NULL, text, sizeof(text)),
                        "atelier-is-not-there could not be run: it is not in the PATH");
    program_release(&program);
}

static void ours_has_what_we_have(void **state)
{
    char *printer[] = {(char *)"sh", (char *)"-c",
                       (char *)"echo $ATELIER_TRIED; echo x >&3", NULL};
    const struct program_way way = {.words = printer, .most = {100, 100}};
    int file = memfd_create("kept", 0), three = dup2(file, 3);

    (void)state;
    setenv("ATELIER_TRIED", "ours", 1);
    assert_int_equal(program_start(&program, &way), 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_string_equal(said_text(&program.said[0]), "ours\n");
    assert_string_equal(said_text(&program.said[1]), "");
    assert_int_equal(lseek(three, 0, SEEK_END), 2);
    program_release(&program);
    close(three);
    close(file);
}

/* Also where what it is given lies in the others' places. */
static void descriptors_may_lie_in_each_others_places(void **state)
{
    int saved[3], ends[2];
    char text[8] = "";

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    for (int i = 0; i < 3; i++)
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
    dup2(ends[1], 1);
    dup2(open("/nowhere", O_RDONLY) < 0 ? ends[0] : -1, 2);
    {
        const struct program_way way = {
            .words = words,
            .environment = no_environment,
            .process = {.input = PROCESS_NULL, .output = 2, .errors = 1, .kept = 1}};

        words[2] = (char *)"echo a >&2; echo b >&3; cat";
        assert_int_equal(program_start(&program, &way), 0);
    }
    for (int i = 0; i < 3; i++)
        dup2(saved[i], i);
    assert_int_equal(wait_shell(SOON), 0);
    assert_int_equal(read(ends[0], text, sizeof(text) - 1), 4);
    assert_string_equal(text, "a\nb\n");
    program_release(&program);
    for (int i = 0; i < 3; i++)
        close(saved[i]);
    close(ends[0]);
    close(ends[1]);
}

static void prepare(const void *data)
{
    umask(*(const mode_t *)data);
}

static void it_is_prepared_in_the_child(void **state)
{
    const mode_t mask = 0070;
    const struct program_way way = {.words = words,
                                    .environment = no_environment,
                                    .prepare = prepare,
                                    .data = &mask,
                                    .most = {100, 100}};

    (void)state;
    words[2] = (char *)"umask";
    assert_int_equal(program_start(&program, &way), 0);
    assert_int_equal(wait_shell(SOON), 0);
    assert_string_equal(said_text(&program.said[0]), "0070\n");
    program_release(&program);
    assert_int_not_equal(umask(0022), 0070);
}

static void no_group_of_ours_is_killed(void **state)
{
    pid_t sibling = fork();

    (void)state;
    if (sibling == 0)
        for (;;)
            pause();
    start_shell("sleep 30", 0);
    program_kill(&program);
    assert_int_equal(waitpid(sibling, NULL, WNOHANG), 0);
    program_release(&program);
    process_kill(sibling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_streams_are_two),
        cmocka_unit_test(output_over_the_bound_is_known),
        cmocka_unit_test(a_deadline_passes_and_nobody_is_left),
        cmocka_unit_test(a_grandchild_that_holds_the_streams_holds_nobody),
        cmocka_unit_test(the_end_of_the_streams_is_not_the_end),
        cmocka_unit_test(what_was_released_is_watched_again),
        cmocka_unit_test(who_is_left_ends),
        cmocka_unit_test(a_kill_is_told),
        cmocka_unit_test(a_signal_does_not_end_the_wait),
        cmocka_unit_test(what_cannot_be_run_is_told_at_the_end),
        cmocka_unit_test(ours_has_what_we_have),
        cmocka_unit_test(descriptors_may_lie_in_each_others_places),
        cmocka_unit_test(it_is_prepared_in_the_child),
        cmocka_unit_test(no_group_of_ours_is_killed),
        cmocka_unit_test(test_status_and_speech),
        cmocka_unit_test(test_speech_is_cut),
        cmocka_unit_test(test_nothing_is_inherited),
        cmocka_unit_test(test_hanging_program_is_killed_with_its_children),
        cmocka_unit_test(test_daemon_that_keeps_speech_open_is_not_waited_for),
        cmocka_unit_test(test_missing_program),
    };

    return RUN_TAP(tests);
}
