/* job_watch_test.c: the keeper's look at its job, with a stand-in of squeue. */
#include "lib/message.h"
#include "lib/process.h"
#include "storage/keeper/job_watch.h"

#include "tests/unit/scratch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define FIRST_MS 50

static struct job_watch watch;

/* What squeue does when it is asked; each call leaves a line. */
static void squeue_does(const char *commands)
{
    char text[2048];

    snprintf(text, sizeof(text), "#!/bin/sh\necho \"$@\" >>'%s'\n%s\n",
             scratch_path("calls"), commands);
    scratch_write("squeue", text);
    assert_int_equal(chmod(scratch_path("squeue"), 0755), 0);
}

static int calls(void)
{
    FILE *file = fopen(scratch_path("calls"), "r");
    int count = 0, byte;

    while (file && (byte = getc(file)) != EOF)
        count += byte == '\n';
    if (file)
        fclose(file);
    return count;
}

static void begin(void)
{
    static struct settings settings;

    assert_true(snprintf(settings.scontrol, sizeof(settings.scontrol), "%s",
                         scratch_path("scontrol")) < (int)sizeof(settings.scontrol));
    job_watch_begin(&watch, &settings, 7, 0, FIRST_MS);
}

/* As the keeper's loop does, for so long or until the job is over. */
static enum job_state look(int milliseconds)
{
    struct deadline deadline = deadline_after(milliseconds);
    struct pollfd polled[JOB_WATCH_POLL_MAX];
    enum job_state state = JOB_STATE_GOES_ON;

    while (state == JOB_STATE_GOES_ON && !deadline_passed(&deadline)) {
        size_t count = job_watch_poll(&watch, polled);
        int wait = job_watch_timeout(&watch), left = deadline_left(&deadline);

        assert_true(poll(polled, count, wait < 0 || wait > left ? left : wait) >= 0);
        state = job_watch_turn(&watch, polled, count);
    }
    return state;
}

static void a_job_that_is_over_is_noticed(void **state)
{
    (void)state;
    squeue_does("echo '7 COMPLETED 0 1 1 N/A 7 N/A'");
    begin();
    assert_int_equal(look(30000), JOB_STATE_OVER);
    assert_int_equal(calls(), 1);
    job_watch_end(&watch);
}

static void one_that_slurm_does_not_know_is_gone(void **state)
{
    (void)state;
    squeue_does("echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
    begin();
    assert_int_equal(look(30000), JOB_STATE_GONE);
    job_watch_end(&watch);
}

/* Among the jobs of an array, which are all told under its number. */
static void its_line_is_found_among_others(void **state)
{
    (void)state;
    squeue_does("i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); echo \"7$i "
                "RUNNING 0 1 1 N/A 7 $i $0 $0 $0\"; done; printf '7 FAILED 0 1 1 "
                "N/A 7 3'");
    begin();
    assert_int_equal(look(30000), JOB_STATE_OVER);
    job_watch_end(&watch);
}

static void a_job_that_goes_on_is_asked_about_ever_more_rarely(void **state)
{
    (void)state;
    squeue_does("echo '7 RUNNING 0 1 1 N/A 7 N/A'");
    begin();
    assert_int_equal(look(2000), JOB_STATE_GOES_ON);
    assert_between(calls(), 1, 5); /* 50, 100, 200, 400, 800 ms and more between them */
    job_watch_end(&watch);
}

static void no_answer_is_no_end(void **state)
{
    static const char *const faults[] = {"exit 1", "kill -9 $$", "exec cat /dev/zero",
                                         "echo nonsense"};
    static const struct settings nowhere = {.scontrol = "/nowhere/scontrol"};

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        squeue_does(faults[i]);
        begin();
        assert_int_equal(look(300), JOB_STATE_GOES_ON);
        job_watch_end(&watch);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
    }
    job_watch_begin(&watch, &nowhere, 7, 0, FIRST_MS);
    assert_int_equal(look(300), JOB_STATE_GOES_ON);
    job_watch_end(&watch);
}

/* Else the keeper would try again in every turn of its loop, without a pause. */
static void a_squeue_that_cannot_be_started_is_waited_for(void **state)
{
    struct rlimit before, none;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    squeue_does("echo '7 COMPLETED 0 1 1 N/A 7 N/A'");
    begin();
    poll(NULL, 0, 3 * FIRST_MS);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    job_watch_turn(&watch, NULL, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(job_watch_timeout(&watch) > 0);
    assert_int_equal(look(30000), JOB_STATE_OVER);
    job_watch_end(&watch);
}

/* A child that connects as a step does and lives until it is killed. */
static pid_t begin_step(int *accepted)
{
    const char *path = scratch_path("socket");
    int listener = message_listen(path);
    struct pollfd connected = {.fd = listener, .events = POLLIN};
    pid_t child = fork();

    assert_true(listener >= 0);
    if (child == 0) {
        alarm(60);
        message_connect(path);
        pause();
        _exit(0);
    }
    assert_int_equal(poll(&connected, 1, 30000), 1);
    *accepted = accept(listener, NULL, NULL);
    close(listener);
    unlink(path);
    return child;
}

static void nothing_is_asked_while_a_step_runs(void **state)
{
    int accepted;
    pid_t step = begin_step(&accepted);

    (void)state;
    squeue_does("echo '7 COMPLETED 0 1 1 N/A 7 N/A'");
    begin();
    job_watch_join(&watch, accepted);
    close(accepted);
    assert_int_equal(look(500), JOB_STATE_GOES_ON);
    assert_int_equal(calls(), 0);
    kill(step, SIGKILL);
    assert_int_equal(waitpid(step, NULL, 0), step);
    assert_int_equal(look(30000), JOB_STATE_OVER);
    job_watch_end(&watch);
}

#define WATCH_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCH_TEST(a_job_that_is_over_is_noticed),
        WATCH_TEST(one_that_slurm_does_not_know_is_gone),
        WATCH_TEST(its_line_is_found_among_others),
        WATCH_TEST(a_job_that_goes_on_is_asked_about_ever_more_rarely),
        WATCH_TEST(no_answer_is_no_end),
        WATCH_TEST(a_squeue_that_cannot_be_started_is_waited_for),
        WATCH_TEST(nothing_is_asked_while_a_step_runs),
    };

    return RUN_TAP(tests);
}
