/* job_gpus_test.c: the GPUs of each node of a job, among words of its user's. */
#include "tests/unit/unit.h"

#include "lib/deadline.h"
#include "lib/slurm/job_gpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD                                                   \
    "JobId=7 JobName=x\n"                                        \
    "   NumNodes=3 NumCPUs=3\n   JOB_GRES=gpu:4\n"               \
    "     Nodes=n[1,3] CPU_IDs=0 Mem=0 GRES=gpu:a100:1(IDX:0)\n" \
    "     Nodes=n2 CPU_IDs=0 Mem=0 GRES=gpu:2(IDX:0-1)\n"

static struct hostlist nodes;
static struct error error;

static int set_up(void **state)
{
    (void)state;
    return hostlist_expand(&nodes, "n[1-3]", NULL);
}

static int tear_down(void **state)
{
    (void)state;
    hostlist_release(&nodes);
    return 0;
}

static void test_each_node(void **state)
{
    unsigned *gpus = job_gpus_read(RECORD, 7, &nodes, &error);

    (void)state;
    assert_non_null(gpus);
    assert_int_equal(gpus[0], 1);
    assert_int_equal(gpus[1], 2);
    assert_int_equal(gpus[2], 1);
    free(gpus);
}

static void assert_no_answer(const char *text)
{
    error_clear(&error);
    assert_null(job_gpus_read(text, 7, &nodes, &error));
    assert_int_equal(error.party, ERROR_SITE);
}

static void test_words_of_a_user(void **state)
{
    (void)state;
    assert_no_answer(RECORD "     Nodes=n1 GRES=gpu:9\n");
    assert_no_answer("JobId=7 JobName=x\n     Nodes=n2 GRES=gpu:9\n" RECORD);
    assert_no_answer(RECORD "     Nodes=n4 GRES=gpu:9\n");
}

/* Each of these lines is 65,536 names. */
static void test_many_words_of_a_user(void **state)
{
    static const char line[] = "     Nodes=n[1-65536] GRES=q\n";
    char *text = malloc(20000 * sizeof(line)), *end;
    long long began = clock_milliseconds();

    (void)state;
    end = stpcpy(text, "JobId=7 JobName=x\n");
    for (int i = 0; i < 20000; i++)
        end = stpcpy(end, line);
    assert_no_answer(text);
    assert_true(clock_milliseconds() - began < patient(2000));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_node),
        cmocka_unit_test(test_words_of_a_user),
        cmocka_unit_test(test_many_words_of_a_user),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("job_gpus", tests, set_up, tear_down);
}
