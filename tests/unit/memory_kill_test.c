/* memory_kill_test.c: control groups of both versions, as directories. */
#include "tests/unit/scratch.h"

#include "lib/slurm/memory_kill.h"

#include <string.h>

#define FIRST "sys/fs/cgroup/memory/slurm_n1/uid_7/job_5"
#define SECOND "sys/fs/cgroup/system.slice/slurmstepd.scope/job_5"

static struct memory_kill kill;

static bool finds(void)
{
    return memory_kill_find(scratch_path(""), &kill);
}

static void first(const char *step, const char *task)
{
    scratch_write("proc/self/cgroup", "5:devices:/slurm_n1/uid_7/job_5/step_0\n"
                                      "4:memory:/slurm_n1/uid_7/job_5/step_0\n"
                                      "0::/\n");
    scratch_write(FIRST "/step_0/memory.oom_control", step);
    scratch_write(FIRST "/step_0/task_0/memory.oom_control", task);
}

static void version_1_counts_in_the_tasks(void **state)
{
    (void)state;
    first("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
          "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    scratch_write(FIRST "/step_0/memory.limit_in_bytes", "104857600\n");
    assert_true(finds());
    assert_int_equal(kill.processes, 3);
    assert_int_equal(kill.limit, 100 << 20);
}

static void a_step_without_a_limit_has_its_jobs(void **state)
{
    (void)state;
    first("oom_kill 1\n", "oom_kill 0\n");
    scratch_write(FIRST "/step_0/memory.limit_in_bytes", "9223372036854771712\n");
    scratch_write(FIRST "/memory.limit_in_bytes", "209715200\n");
    assert_true(finds());
    assert_int_equal(kill.limit, 200 << 20);
    scratch_write(FIRST "/memory.limit_in_bytes", "9223372036854771712\n");
    assert_true(finds());
    assert_int_equal(kill.limit, 0);
}

static void version_2_counts_for_all_below(void **state)
{
    (void)state;
    scratch_write("proc/self/cgroup",
                  "0::/system.slice/slurmstepd.scope/job_5/step_batch/slurm\n");
    scratch_write(SECOND "/step_batch/memory.events", "low 0\nmax 7\noom 1\noom_kill 1\n"
                                                      "oom_group_kill 0\n");
    scratch_write(SECOND "/step_batch/user/memory.events", "oom_kill 1\n");
    scratch_write(SECOND "/step_batch/memory.max", "max\n");
    scratch_write(SECOND "/memory.max", "104857600\n");
    assert_true(finds());
    assert_int_equal(kill.processes, 1);
    assert_int_equal(kill.limit, 100 << 20);
}

static void nothing_was_killed(void **state)
{
    (void)state;
    first("oom_kill 0\n", "oom_kill 0\n");
    assert_false(finds());
}

static void no_control_group_of_slurms(void **state)
{
    (void)state;
    assert_false(finds());
    scratch_write("proc/self/cgroup", "0::/user.slice/session-1.scope\n4:memory:/\nx\n");
    assert_false(finds());
    scratch_write("proc/self/cgroup", "4:mymemory,memory2:/slurm/job_5/step_0\n");
    assert_false(finds());
}

static void the_sentence(void **state)
{
    struct memory_kill one = {1, 100 << 20}, more = {3, 0};
    char text[256];

    (void)state;
    memory_kill_describe(&one, "n1", text, sizeof(text));
    assert_string_equal(text, "on node n1 the kernel killed 1 process of it for want of "
                              "memory: it may use 100M there; ask for more by --mem, or "
                              "use less");
    memory_kill_describe(&more, "n1", text, sizeof(text));
    assert_string_equal(text,
                        "on node n1 the kernel killed 3 processes of it for want of "
                        "memory, of which the node had no more; Slurm set the job no "
                        "limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(version_1_counts_in_the_tasks, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_step_without_a_limit_has_its_jobs,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(version_2_counts_for_all_below, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(nothing_was_killed, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(no_control_group_of_slurms, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(the_sentence),
    };

    return RUN_TAP(tests);
}
