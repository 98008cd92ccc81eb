/* ending_test.c: how a child ended, in words. */
#include "lib/ending.h"
#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char text[ENDING_TEXT_SIZE];

/* What a child that runs `program` comes to. */
static struct ending run(const char *program)
{
    char *words[] = {(char *)program, NULL}, *environment[] = {NULL};
    struct ending ending;
    pid_t child;

    ending_begin(&ending, program);
    ending_share(&ending);
    child = fork();
    if (child == 0)
        ending_exec(&ending, words, environment);
    waitpid(child, &ending.status, 0);
    return ending;
}

static void assert_described(const char *program, const char *wanted)
{
    struct ending ending = run(program);

    ending_describe(&ending, NULL, text, sizeof(text));
    assert_contains(text, wanted);
    assert_true(ending_was_not_run(&ending, NULL));
    assert_int_equal(ending_party(&ending, NULL, ERROR_STORAGE), ERROR_NODE);
    ending_release(&ending);
    ending_release(&ending);
}

static const char *program(const char *name, const char *content, mode_t mode)
{
    scratch_write(name, content);
    assert_int_equal(chmod(scratch_path(name), mode), 0);
    return scratch_path(name);
}

static void what_could_not_be_run_says_why(void **state)
{
    (void)state;
    assert_described("/nowhere/program",
                     "/nowhere/program could not be run: it is not there");
    assert_described(scratch_path("."), " could not be run: it is a directory");
    assert_described(program("plain", "#!/bin/sh\n", 0644),
                     "/plain could not be run: it is not executable (mode 0644)");
    assert_described(program("words", "no program", 0755),
                     " could not be run: it is no program");
    assert_described(program("empty", "", 0755), " could not be run: it is empty");
    assert_described(program("alien", "\177ELF\2\2\1", 0755),
                     " could not be run: it was built for another kind of machine");
    assert_described(program("script", "#!/nowhere/interpreter\n", 0755),
                     ": the interpreter or loader that it names is not there");
    assert_described(program("file", "", 0644), "it is not executable (mode 0644)");
}

static void what_is_below_a_file_is_not_there(void **state)
{
    (void)state;
    scratch_write("file", "");
    assert_described(scratch_path("file/program"), " could not be run: Not a directory");
}

/* `words` are what it said. */
static void assert_ended(int status, const char *words, const char *wanted)
{
    struct ending ending = {.program = "/usr/bin/rclone", .status = status};

    ending_describe(&ending, words, text, sizeof(text));
    assert_string_equal(text, wanted);
}

#define EXITED(code) ((code) << 8)

static void what_failed_has_its_code_and_its_last_words(void **state)
{
    (void)state;
    assert_ended(EXITED(3), NULL, "rclone failed with exit code 3 and did not say why");
    assert_ended(EXITED(3), " \n\n",
                 "rclone failed with exit code 3 and did not say why");
    assert_ended(EXITED(1), "first\nrclone: no such remote \n\n",
                 "rclone failed with exit code 1: no such remote");
    assert_ended(EXITED(127), "gone", "rclone failed with exit code 127: gone");
    assert_ended(EXITED(0), "", "rclone ended by itself with success");
    assert_ended(EXITED(0), "bye", "rclone ended by itself with success: bye");
}

static void what_its_loader_refuses_was_not_run(void **state)
{
    const char *missing = "rclone: error while loading shared libraries: libz.so.9: "
                          "cannot open shared object file\n";
    const char *older =
        "rclone: /lib/libc.so.6: version `GLIBC_2.99' not found (required "
        "by rclone)\nmore";
    struct ending ending = {.program = "/usr/bin/rclone", .status = EXITED(127)};

    (void)state;
    assert_ended(EXITED(127), missing,
                 "/usr/bin/rclone could not be run: libz.so.9: cannot open shared object "
                 "file");
    assert_true(ending_was_not_run(&ending, missing));
    assert_ended(EXITED(1), older,
                 "/usr/bin/rclone could not be run: rclone: /lib/libc.so.6: version "
                 "`GLIBC_2.99' not found (required by rclone)");
    assert_false(ending_was_not_run(&ending, "something else"));
    assert_int_equal(ending_party(&ending, "something else", ERROR_STORAGE),
                     ERROR_STORAGE);
}

static void what_was_killed_has_the_signal_and_who_can_have_sent_it(void **state)
{
    struct ending ending;

    (void)state;
    assert_ended(
        SIGTERM, NULL,
        "rclone was killed by signal 15 (SIGTERM), by root or by another process "
        "of its user");
    assert_ended(SIGSEGV, "dying",
                 "rclone was killed by signal 11 (SIGSEGV), a fault of its own; it said: "
                 "dying");
    assert_ended(
        SIGXCPU, NULL,
        "rclone was killed by signal 24 (SIGXCPU), since it used up its limit of "
        "processor time");
    assert_ended(SIGRTMIN, NULL,
                 "rclone was killed by signal 34 (real-time), a fault of its own");
    ending_begin(&ending, "it");
    ending.status = SIGKILL;
    ending_describe(&ending, NULL, text, sizeof(text));
    if (ending.memory_kills < 0)
        assert_string_equal(text,
                            "it was killed by signal 9 (SIGKILL), by whom is not known");
    else
        assert_contains(text,
                        ", not for want of memory, so by root or by another process");
    assert_int_equal(ending_party(&ending, NULL, ERROR_STORAGE), ERROR_NODE);
    ending.memory_kills -= 2;
    if (ending.memory_kills >= 0) {
        ending_describe(&ending, NULL, text, sizeof(text));
        assert_contains(text,
                        ", probably for want of memory: the kernel killed 2 processes");
    }
}

static void a_program_in_the_path(void **state)
{
    char *words[] = {(char *)"no-such-program", NULL};
    struct ending ending;
    pid_t child;

    (void)state;
    ending_begin(&ending, words[0]);
    ending_share(&ending);
    child = fork();
    if (child == 0)
        ending_exec(&ending, words, NULL);
    waitpid(child, &ending.status, 0);
    ending_describe(&ending, NULL, text, sizeof(text));
    assert_string_equal(text, "no-such-program could not be run: it is not in the PATH");
    ending_release(&ending);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_could_not_be_run_says_why, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(what_is_below_a_file_is_not_there, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(what_failed_has_its_code_and_its_last_words),
        cmocka_unit_test(what_its_loader_refuses_was_not_run),
        cmocka_unit_test(what_was_killed_has_the_signal_and_who_can_have_sent_it),
        cmocka_unit_test(a_program_in_the_path),
    };

    return RUN_TAP(tests);
}
