/* kernel_watch_test.c: what the kernel's counts of transports tell of a file server. */
#include "tests/unit/unit.h"

#include "storage/volume/kernel_watch.h"

#include <string.h>

#define SILENT 10000

static struct kernel_watch watch;
static unsigned long calls;
static long long now;

/* Milliseconds of silence, `milliseconds` later. There is a second transport, which was
 * used once. */
static long long take(int milliseconds, unsigned long long sent,
                      unsigned long long received, unsigned long long connects)
{
    const struct kernel_sample sample = {
        2, {{.sent = sent, .received = received, .connects = connects}, {2, 7, 7}}};

    now += milliseconds;
    return kernel_watch_take(&watch, &sample, now, &calls);
}

static int begin(void **state)
{
    (void)state;
    watch = (struct kernel_watch){0};
    now = 1000;
    return 0;
}

static void the_mounts_own_transports_are_read(void **state)
{
    char text[] = "device proc mounted on /proc with fstype proc\n"
                  "device s:/x mounted on /mnt/other with fstype nfs statvers=1.1\n"
                  "\txprt:\ttcp 875 0 9 0 0 900 900 0 900 0 2 0 0\n"
                  "device s:/x mounted on /mnt/results with fstype nfs4 statvers=1.1\n"
                  "\topts:\trw,vers=4.2\n"
                  "\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)\n"
                  "\txprt:\ttcp 875 0 1 0 3 40 39 0 40 0 2 0 0\n"
                  "\txprt:\ttcp 876 0 2 0 3 7 7 0 7 0 2 0 0\n"
                  "\txprt:\ttcp 877 0 0 0 0 0 0 0 0 0 2 0 0\n"
                  "\tper-op statistics\n"
                  "device s:/x mounted on /mnt/results2 with fstype nfs statvers=1.1\n"
                  "\txprt:\ttcp 875 0 9 0 0 900 900 0 900 0 2 0 0\n";
    struct kernel_sample sample;
    FILE *stats = fmemopen(text, strlen(text), "r");

    (void)state;
    assert_int_equal(kernel_watch_read(stats, "/mnt/results", &sample), 0);
    assert_int_equal(sample.count, 3);
    assert_int_equal(sample.transports[0].sent, 40);
    assert_int_equal(sample.transports[0].received, 39);
    assert_int_equal(sample.transports[1].connects, 2);
    assert_int_equal(sample.transports[2].sent, 0);
    rewind(stats);
    assert_int_equal(kernel_watch_read(stats, "/mnt/nowhere", &sample), -1);
    fclose(stats);
}

static void calls_without_any_answer_are_a_silence(void **state)
{
    (void)state;
    assert_int_equal(take(0, 100, 100, 1), 0);
    assert_int_equal(take(5000, 110, 110, 1), 0);
    assert_int_equal(take(5000, 113, 110, 1), 5000);
    assert_int_equal(calls, 3);
    assert_int_equal(take(5000, 113, 110, 1), 10000);
    assert_int_equal(take(5000, 113, 111, 1), 0);
}

static void a_quiet_mount_is_none(void **state)
{
    (void)state;
    take(0, 100, 100, 1);
    assert_int_equal(take(3600000, 100, 100, 1), 0);
    assert_int_equal(take(5000, 101, 100, 1), 5000);
}

static void a_busy_mount_is_none(void **state)
{
    (void)state;
    take(0, 100, 100, 1);
    for (int turn = 1; turn < 10; turn++)
        assert_int_equal(take(5000, 100 + 64 + (unsigned)turn, 100 + (unsigned)turn, 1),
                         0);
}

static void what_was_sent_twice_on_a_new_connection_does_not_wait(void **state)
{
    (void)state;
    take(0, 100, 100, 1);
    take(5000, 104, 100, 1);
    assert_int_equal(take(5000, 108, 100, 2), 0); /* four again */
    assert_int_equal(take(5000, 108, 104, 2), 0);
    assert_int_equal(take(60000, 108, 104, 2), 0);
    assert_int_equal(take(5000, 109, 104, 2), 5000);
    assert_int_equal(calls, 1);
}

static void what_was_sent_twice_in_an_outage_does_not_wait(void **state)
{
    (void)state;
    take(0, 100, 100, 1);
    take(5000, 102, 100, 1);
    assert_true(take(60000, 104, 100, 1) >= SILENT);
    assert_int_equal(take(5000, 104, 102, 1), 0);
    assert_int_equal(take(5000, 104, 102, 1), 0);
    assert_int_equal(take(60000, 104, 102, 1), 0);
    assert_int_equal(take(5000, 105, 102, 1), 5000);
}

static void the_first_call_of_a_transport_is_sent_once(void **state)
{
    struct kernel_sample sample = {2, {{2, 100, 100}, {0, 0, 0}}};

    (void)state;
    kernel_watch_take(&watch, &sample, now, &calls);
    sample.transports[1] = (struct kernel_transport){2, 1, 0};
    assert_int_equal(kernel_watch_take(&watch, &sample, now + 5000, &calls), 5000);
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_mounts_own_transports_are_read, begin),
        cmocka_unit_test_setup(calls_without_any_answer_are_a_silence, begin),
        cmocka_unit_test_setup(a_quiet_mount_is_none, begin),
        cmocka_unit_test_setup(a_busy_mount_is_none, begin),
        cmocka_unit_test_setup(what_was_sent_twice_on_a_new_connection_does_not_wait,
                               begin),
        cmocka_unit_test_setup(the_first_call_of_a_transport_is_sent_once, begin),
        cmocka_unit_test_setup(what_was_sent_twice_in_an_outage_does_not_wait, begin),
    };

    return RUN_TAP(tests);
}
