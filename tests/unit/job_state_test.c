#include "unit.h"

#include "job_state.h"

#define READ(line) job_state_read(line, 7, 1)
#define HEAD "JobId=7 JobName=x UserId=alice(1001) "
#define AFTER " Reason=None Dependency=(null) Requeue=1 Restarts=1 BatchFlag=1"

static void states_are_read(void **state)
{
    (void)state;
    assert_int_equal(READ(HEAD "JobState=RUNNING" AFTER), JOB_STATE_GOES_ON);
    assert_int_equal(READ(HEAD "JobState=COMPLETING" AFTER), JOB_STATE_GOES_ON);
    assert_int_equal(READ(HEAD "JobState=PENDING" AFTER), JOB_STATE_LEFT);
    assert_int_equal(READ(HEAD "JobState=REQUEUE_HOLD" AFTER), JOB_STATE_LEFT);
    assert_int_equal(READ(HEAD "JobState=COMPLETED" AFTER), JOB_STATE_OVER);
    assert_int_equal(READ(HEAD "JobState=NODE_FAIL" AFTER), JOB_STATE_OVER);
    assert_int_equal(READ("slurm_load_jobs error: Invalid job id specified"),
                     JOB_STATE_GONE);
}

static void what_tells_nothing_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(READ(""), JOB_STATE_UNKNOWN);
    assert_int_equal(READ(HEAD "JobSta"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("JobId=70 JobState=COMPLETED"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("JobId=7"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("JobId=8 ArrayJobId=7 JobState=COMPLETED"), JOB_STATE_UNKNOWN);
    assert_int_equal(READ("slurm_load_jobs error: Unable to contact slurm controller"),
                     JOB_STATE_UNKNOWN);
}

static void a_later_run_is_another(void **state)
{
    (void)state;
    assert_int_equal(READ(HEAD "JobState=RUNNING Restarts=2"), JOB_STATE_LEFT);
    assert_int_equal(READ(HEAD "JobState=RUNNING Restarts=0"), JOB_STATE_GOES_ON);
}

/* A keeper that its user could make stay for ever would be a leak. */
static void the_users_words_keep_no_job_alive(void **state)
{
    (void)state;
    assert_int_equal(READ("JobId=7 JobName=x JobState=RUNNING UserId=alice(1001) "
                          "JobState=COMPLETED Restarts=1 Comment=x JobState=RUNNING"),
                     JOB_STATE_OVER);
    assert_int_equal(READ("JobId=7 JobName=x Restarts=1 JobState=RUNNING Restarts=2"),
                     JOB_STATE_LEFT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_read),
        cmocka_unit_test(what_tells_nothing_is_unknown),
        cmocka_unit_test(a_later_run_is_another),
        cmocka_unit_test(the_users_words_keep_no_job_alive),
    };

    return RUN_TAP(tests);
}
