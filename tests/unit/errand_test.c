/* errand_test.c: work in a child: its answer, its rights to descriptors, and that nobody
 * waits for it longer than its deadline. */
#include "lib/errand.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static struct deadline deadline;
static struct error error;
static long long began;

static int begin(void **state)
{
    (void)state;
    began = clock_milliseconds();
    deadline = deadline_after(patient(5000));
    error_clear(&error);
    return 0;
}

static void assert_nothing_runs(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_true(clock_milliseconds() - began < patient(3000));
}

static int do_well(const void *data, struct error *cause)
{
    (void)data;
    (void)cause;
    return 0;
}

static int refuse(const void *data, struct error *cause)
{
    return error_set(cause, ERROR_STORAGE, "%s", (const char *)data);
}

static int hang(const void *data, struct error *cause)
{
    (void)data;
    (void)cause;
    signal(SIGTERM, SIG_IGN);
    for (;;)
        pause();
    return 0;
}

static int die(const void *data, struct error *cause)
{
    (void)data;
    (void)cause;
    return raise(SIGSEGV);
}

static int exit_silently(const void *data, struct error *cause)
{
    (void)data;
    (void)cause;
    _exit(3);
}

/* As what hangs in the kernel would, a process that holds the socket for long. */
static int leave_a_holder(const void *data, struct error *cause)
{
    (void)data;
    (void)cause;
    if (fork() == 0) {
        poll(NULL, 0, patient(2000));
        _exit(0);
    }
    _exit(0);
}

static void work_answers(void **state)
{
    (void)state;
    assert_int_equal(errand_run(do_well, NULL, "the work", &deadline, &error), 0);
    assert_int_equal(error.party, ERROR_NONE);
    assert_int_equal(errand_run(refuse, "no such export", "the work", &deadline, &error),
                     -1);
    assert_int_equal(error.party, ERROR_STORAGE);
    assert_string_equal(error.text, "no such export");
    assert_nothing_runs();
}

static void work_that_hangs_is_killed(void **state)
{
    (void)state;
    deadline = deadline_after(100);
    assert_int_equal(errand_run(hang, NULL, "the work", &deadline, &error), -1);
    assert_int_equal(error.party, ERROR_NODE);
    assert_string_equal(error.text, "the work did not end in time");
    assert_nothing_runs();
}

static void a_death_is_told(void **state)
{
    (void)state;
    assert_int_equal(errand_run(die, NULL, "the work", &deadline, &error), -1);
    assert_contains(error.text, "the work was killed by signal 11 (SIGSEGV)");
    error_clear(&error);
    assert_int_equal(errand_run(exit_silently, NULL, "the work", &deadline, &error), -1);
    assert_contains(error.text, "the work failed with exit code 3");
    assert_nothing_runs();
}

static void who_holds_the_socket_holds_nobody(void **state)
{
    (void)state;
    deadline = deadline_after(200);
    assert_int_equal(errand_run(leave_a_holder, NULL, "the work", &deadline, &error), -1);
    assert_string_equal(error.text, "the work did not end in time");
    assert_nothing_runs();
}

static int count_descriptors(const void *data)
{
    int count = 0;

    (void)data;
    for (int fd = 3; fd < 64; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void it_has_no_other_descriptors(void **state)
{
    int leak = open("/dev/null", O_RDONLY), kept = open("/", O_PATH);

    (void)state;
    assert_int_equal(errand_do(count_descriptors, NULL, -1, &deadline), 0);
    assert_int_equal(errand_do(count_descriptors, NULL, kept, &deadline), 1);
    close(kept);
    close(leak);
    assert_nothing_runs();
}

static int see_signals(const void *data)
{
    sigset_t blocked;

    (void)data;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    return sigismember(&blocked, SIGUSR1) || signal(SIGUSR2, SIG_DFL) != SIG_DFL;
}

static void it_has_default_signals(void **state)
{
    sigset_t set;

    (void)state;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGUSR2, SIG_IGN);
    assert_int_equal(errand_do(see_signals, NULL, -1, &deadline), 0);
    sigprocmask(SIG_SETMASK, NULL, &set);
    assert_true(sigismember(&set, SIGUSR1));
    assert_false(sigismember(&set, SIGUSR2));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGUSR2, SIG_DFL);
}

static int do_hang(const void *data)
{
    return hang(data, NULL);
}

static int do_die(const void *data)
{
    return die(data, NULL);
}

static void its_status_is_the_answer(void **state)
{
    (void)state;
    assert_int_equal(errand_do(do_die, NULL, -1, &deadline), ERRAND_NOT_ENDED);
    deadline = deadline_after(100);
    assert_int_equal(errand_do(do_hang, NULL, -1, &deadline), ERRAND_NOT_ENDED);
    assert_nothing_runs();
}

/* It starts another and is killed: with it goes what it started. */
static int start_another(const void *data)
{
    struct errand errand;
    pid_t child;

    (void)data;
    if (errand_start(&errand, "another", do_hang, NULL, NULL) < 0)
        return 1;
    child = errand.child;
    poll(NULL, 0, 100); /* until it has begun */
    return write(PROCESS_SOCKET, &child, sizeof(child)) == sizeof(child) ? do_hang(NULL)
                                                                         : 1;
}

static void it_dies_with_its_parent(void **state)
{
    struct errand errand;
    pid_t grandchild;
    int status = 0;

    (void)state;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    assert_int_equal(errand_start(&errand, "the work", start_another, NULL, &error), 0);
    assert_int_equal(errand_receive(&errand, &grandchild, sizeof(grandchild), &deadline),
                     0);
    errand_kill(&errand);
    assert_int_equal(process_wait(grandchild, &deadline, &status), 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    assert_nothing_runs();
}

static int say_much(const void *data)
{
    char much[64] = "";

    (void)data;
    return write(PROCESS_SOCKET, much, sizeof(much)) == sizeof(much) ? 0 : 1;
}

static void an_answer_of_another_size_is_none(void **state)
{
    struct errand errand;
    char answer[32];

    (void)state;
    assert_int_equal(errand_start(&errand, "the work", say_much, NULL, &error), 0);
    assert_int_equal(errand_receive(&errand, answer, sizeof(answer), &deadline), -1);
    assert_true(errand_has_ended(&errand));
    errand_kill(&errand);
    assert_nothing_runs();
}

static void note_signal(int number)
{
    (void)number;
}

/* The wait goes on behind a signal, to its end. */
static void a_signal_is_no_answer(void **state)
{
    const struct sigaction note = {.sa_handler = note_signal},
                           rest = {.sa_handler = SIG_DFL};
    struct errand errand;
    char answer[32];
    pid_t caller = getpid();

    (void)state;
    sigaction(SIGUSR1, &note, NULL);
    deadline = deadline_after(300);
    assert_int_equal(errand_start(&errand, "the work", do_hang, NULL, &error), 0);
    if (fork() == 0) {
        poll(NULL, 0, 50);
        _exit(kill(caller, SIGUSR1));
    }
    assert_int_equal(errand_receive(&errand, answer, sizeof(answer), &deadline), -1);
    assert_true(clock_milliseconds() - began >= 290);
    errand_kill(&errand);
    wait(NULL);
    sigaction(SIGUSR1, &rest, NULL);
    assert_nothing_runs();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(work_answers, begin),
        cmocka_unit_test_setup(work_that_hangs_is_killed, begin),
        cmocka_unit_test_setup(a_death_is_told, begin),
        cmocka_unit_test_setup(who_holds_the_socket_holds_nobody, begin),
        cmocka_unit_test_setup(it_has_no_other_descriptors, begin),
        cmocka_unit_test_setup(it_has_default_signals, begin),
        cmocka_unit_test_setup(its_status_is_the_answer, begin),
        cmocka_unit_test_setup(it_dies_with_its_parent, begin),
        cmocka_unit_test_setup(an_answer_of_another_size_is_none, begin),
        cmocka_unit_test_setup(a_signal_is_no_answer, begin),
    };

    return RUN_TAP(tests);
}
