/* job_comment_test.c: the keeper asks a stand-in of squeue for a job's AdminComment. */
#include "lib/process.h"
#include "storage/keeper/job_comment.h"

#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct job_comment comment;
static struct error error;

/* What squeue does when it is asked; each call leaves a line with its words. */
static void squeue_does(const char *commands)
{
    char text[2048];

    snprintf(text, sizeof(text),
             "#!/bin/sh\necho \"$@\" >>'%s'\nasked=$(wc -l <'%s')\n%s\n",
             scratch_path("calls"), scratch_path("calls"), commands);
    scratch_write("squeue", text);
    assert_int_equal(chmod(scratch_path("squeue"), 0755), 0);
}

static int ask(unsigned job, int milliseconds)
{
    static struct settings settings;
    struct deadline deadline;

    assert_true(snprintf(settings.scontrol, sizeof(settings.scontrol), "%s",
                         scratch_path("scontrol")) < (int)sizeof(settings.scontrol));
    memset(&error, 0, sizeof(error));
    job_comment_ask(&comment, &settings, job, 1);
    deadline = deadline_after(milliseconds);
    return job_comment_await(&comment, &deadline, &error);
}

/* Whatever came of it, no child is left. */
static void assert_none_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_comment_is_read_without_its_blanks(void **state)
{
    (void)state;
    squeue_does("printf '%-16s%-200s\\n' 7 'atelier/1 workspace=v failure=a b'");
    assert_int_equal(ask(7, 10000), 0);
    assert_string_equal(comment.text, "atelier/1 workspace=v failure=a b");
    assert_none_left();
}

/* Of the number of an array's first task, Slurm tells of all. */
static void another_jobs_comment_is_not_taken(void **state)
{
    (void)state;
    squeue_does("printf '%-16s%s\\n' 70 'atelier/1 workspace=w' 77 x 7 "
                "'atelier/1 workspace=v' 8 'atelier/1 workspace=u'");
    assert_int_equal(ask(7, 10000), 0);
    assert_string_equal(comment.text, "atelier/1 workspace=v");
    squeue_does("printf '%-16s%s\\n' 70 'atelier/1 workspace=w' 77 '7 atelier/1'");
    assert_int_equal(ask(7, 600), -1);
    assert_none_left();
}

static void the_longest_is_read_whole_and_longer_ones_are_cut(void **state)
{
    (void)state;
    squeue_does("printf '%-16s%s\\n' 7 $(head -c 12000 /dev/zero | tr '\\0' x)");
    assert_int_equal(ask(7, 10000), 0);
    assert_int_equal(strlen(comment.text), 12000);
    squeue_does("printf '%-16s%s\\n' 7 $(head -c 100000 /dev/zero | tr '\\0' x)");
    assert_int_equal(ask(7, 10000), 0);
    assert_true(strlen(comment.text) < sizeof(comment.text));
    assert_none_left();
}

static void a_job_that_slurm_does_not_know_has_none(void **state)
{
    (void)state;
    squeue_does("echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
    assert_int_equal(ask(7, 10000), 0);
    assert_string_equal(comment.text, "");
    assert_none_left();
}

static void a_slurmctld_that_comes_back_is_asked_again(void **state)
{
    (void)state;
    squeue_does(
        "[ $asked -gt 2 ] || { echo 'Unable to contact slurm controller'; exit 1; }\n"
        "printf '%-16s%s\\n' 7 'atelier/1 workspace=v'");
    assert_int_equal(ask(7, 30000), 0);
    assert_string_equal(comment.text, "atelier/1 workspace=v");
    assert_none_left();
}

static void without_an_answer_the_deadline_holds(void **state)
{
    long long began = clock_milliseconds();

    (void)state;
    squeue_does("echo 'Unable to contact slurm controller' >&2; exit 1");
    assert_int_equal(ask(7, 600), -1);
    assert_non_null(strstr(error.text, "slurmctld did not say what it recorded of job 7: "
                                       "Unable to contact slurm controller"));
    squeue_does("exec sleep 60");
    assert_int_equal(ask(7, 600), -1);
    assert_string_equal(comment.text, "");
    assert_int_equal(error.party, ERROR_NODE);
    assert_true(clock_milliseconds() - began < 10000);
    assert_none_left();
}

static void a_squeue_that_is_not_there_is_named(void **state)
{
    (void)state;
    assert_int_equal(ask(7, 300), -1);
    assert_non_null(strstr(error.text, "/squeue: No such file or directory"));
    assert_none_left();
}

#define COMMENT_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMENT_TEST(a_comment_is_read_without_its_blanks),
        COMMENT_TEST(another_jobs_comment_is_not_taken),
        COMMENT_TEST(the_longest_is_read_whole_and_longer_ones_are_cut),
        COMMENT_TEST(a_job_that_slurm_does_not_know_has_none),
        COMMENT_TEST(a_slurmctld_that_comes_back_is_asked_again),
        COMMENT_TEST(without_an_answer_the_deadline_holds),
        COMMENT_TEST(a_squeue_that_is_not_there_is_named),
    };

    return RUN_TAP(tests);
}
