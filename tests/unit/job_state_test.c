/* job_state_test.c: what squeue's line means for a keeper. */
#include "tests/unit/unit.h"

#include "lib/slurm/job_line.h"

#include <string.h>

/* As squeue pads them: state, restarts, the rest. */
#define LINE(state, restarts)                                     \
    "7               " state "                         " restarts \
    "               1       1       N/A             7               N/A    \n"
#define READ(line) job_state_read(line, 7, 1)

static void states_are_read(void **state)
{
    (void)state;
    assert_int_equal(READ(LINE("RUNNING", "1")), JOB_STATE_GOES_ON);
    assert_int_equal(READ(LINE("COMPLETING", "1")), JOB_STATE_GOES_ON);
    assert_int_equal(READ(LINE("PENDING", "1")), JOB_STATE_LEFT);
    assert_int_equal(READ(LINE("REQUEUE_HOLD", "1")), JOB_STATE_LEFT);
    assert_int_equal(READ(LINE("COMPLETED", "1")), JOB_STATE_OVER);
    assert_int_equal(READ(LINE("NODE_FAIL", "1")), JOB_STATE_OVER);
    assert_int_equal(READ("slurm_load_jobs error: Invalid job id specified"),
                     JOB_STATE_GONE);
}

static void what_tells_nothing_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(READ(""), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("7               COMPLETED      "), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("70 COMPLETED 0 1 1 N/A 70 N/A"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("7"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("JobId=7 JobName=x JobState=COMPLETED Restarts=1"),
                     JOB_STATE_UNKNOWN);
    assert_int_equal(READ("slurm_load_jobs error: Unable to contact slurm controller"),
                     JOB_STATE_UNKNOWN);
}

static void a_later_run_is_another(void **state)
{
    (void)state;
    assert_int_equal(READ(LINE("RUNNING", "2")), JOB_STATE_LEFT);
    assert_int_equal(READ(LINE("RUNNING", "0")), JOB_STATE_GOES_ON);
}

/* A format that asks for a word of the user's would let him speak for Slurm. */
static void no_word_of_the_users_is_asked_for(void **state)
{
    static const char *const theirs[] = {"Name",   "Comment", "WCKey",   "Feature",
                                         "Std",    "WorkDir", "Command", "Account",
                                         "Depend", "Licenses"};

    (void)state;
    for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
        assert_null(strstr(JOB_LINE_FORMAT, theirs[i]));
}

static void a_line_is_found_by_its_number(void **state)
{
    static const char text[] =
        "71 RUNNING 0 1 1 N/A 7 1\n7 FAILED 2 1 0 N/A 7 3\n72 PENDING 0 1 1 70 72 N/A\n"
        "73 PENDING 0 0 0 N/A 7 3-5,8";
    struct job_line line;

    (void)state;
    assert_true(job_line_find(&line, text, 7));
    assert_int_equal(line.state, JOB_STATE_OVER);
    assert_int_equal(line.restarts, 2);
    assert_true(line.is_requeued);
    assert_false(line.has_script);
    assert_int_equal(line.array, 7);
    assert_int_equal(line.array_task, 3);
    assert_int_equal(line.leader, 0);
    assert_true(job_line_find(&line, text, 72));
    assert_int_equal(line.array, 0);
    assert_int_equal(line.leader, 70);
    assert_true(job_line_find(&line, text, 73));
    assert_int_equal(line.array, 0);
    assert_false(job_line_find(&line, text, 1));
}

static void squeue_is_beside_scontrol(void **state)
{
    char path[JOB_LINE_PATH_SIZE];
    struct settings settings = {.scontrol = "/opt/slurm/bin/scontrol"};

    (void)state;
    job_line_program(path, &settings);
    assert_string_equal(path, "/opt/slurm/bin/squeue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_read),
        cmocka_unit_test(what_tells_nothing_is_unknown),
        cmocka_unit_test(a_later_run_is_another),
        cmocka_unit_test(no_word_of_the_users_is_asked_for),
        cmocka_unit_test(a_line_is_found_by_its_number),
        cmocka_unit_test(squeue_is_beside_scontrol),
    };

    return RUN_TAP(tests);
}
