/* memory_test.c: every allocation in turn fails, and each time the caller is told.
 *
 * The linker sends the library's allocations through allocation.c. */
#include "tests/unit/unit.h"

#include "lib/hostlist.h"
#include "lib/record.h"
#include "tests/unit/allocation.h"
#include "tests/unit/launcher_fixture.h"
#include "tests/unit/plan_fixture.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>
#include <string.h>

/* Calls `operation` with its first allocation failing, then its second, until none is
 * left to fail. The operation returns whether it succeeded, and must not when an
 * allocation failed; `tolerant` ones may, since Lua collects garbage and tries again. */
static void fail_each_allocation(int (*operation)(void), int least, int tolerant)
{
    for (int turn = 1; turn < 100000; turn++) {
        int well, failed;

        allocation_countdown = (unsigned)turn;
        well = operation();
        failed = allocation_countdown == 0;
        allocation_countdown = 0;
        if (!failed) {
            assert_true(well);
            assert_between(turn, least, 100000);
            return;
        }
        if (well && !tolerant)
            fail_msg("allocation %d failed and nobody was told", turn);
    }
    fail_msg("there is no end of allocations");
}

static int build_record(void)
{
    struct record *record = record_create();
    char key[] = "key-a";
    int well = record != NULL;

    for (; well && key[4] < 'a' + 20; key[4]++)
        well = record_set(record, key, "value") == 0;
    well = well && record_set(record, "key-a", "another") == 0;
    record_destroy(record);
    return well;
}

static int decode_record(void)
{
    struct record *record = record_decode("a=1\0b=2\0a=3", 12);
    int well = record && strcmp(record_get(record, "a"), "3") == 0;

    record_destroy(record);
    return well;
}

static int expand_hosts(void)
{
    struct error error = NO_ERROR;
    struct hostlist list;
    int well = hostlist_expand(&list, "n[01-40],login", &error) == 0;

    assert_int_equal(well, error.party == ERROR_NONE);
    assert_int_equal(well, list.count == 41);
    hostlist_release(&list);
    return well;
}

static int expand_counts(void)
{
    struct error error = NO_ERROR;
    size_t count;
    unsigned *counts = hostlist_expand_counts("2(x3),1", &count, &error);

    assert_int_equal(counts != NULL, error.party == ERROR_NONE);
    free(counts);
    return counts != NULL;
}

static int make_plan(void)
{
    struct error error = NO_ERROR;
    struct policy_text policy = {.count = 0};
    struct plan *plan;
    int well =
        plan_create(&plan, &fixture_settings, &fixture_facts, &policy, &error) == 0;

    assert_int_equal(well, error.party == ERROR_NONE);
    assert_int_equal(well, plan != NULL);
    policy_text_release(&policy);
    plan_destroy(plan);
    return well;
}

static int launch(void)
{
    const struct layout layout = {
        .nodes = "n[1-2]", .tasks_per_node = "1(x2)", .reserved_ports = "12000-12001"};
    const struct launcher launcher = launcher_fixture("test");
    struct error error = NO_ERROR;
    struct record *environment;
    int well = launcher_environment(&environment, &launcher, &layout, &error) == 0;

    assert_int_equal(well, error.party == ERROR_NONE);
    assert_int_equal(well, environment != NULL);
    record_destroy(environment);
    return well;
}

static void records_survive(void **state)
{
    (void)state;
    fail_each_allocation(build_record, 40, 0);
    fail_each_allocation(decode_record, 8, 0);
}

static void lists_survive(void **state)
{
    (void)state;
    fail_each_allocation(expand_hosts, 43, 0);
    fail_each_allocation(expand_counts, 2, 0);
}

static void plans_survive(void **state)
{
    (void)state;
    plan_fixture_policy(
        "return { workspace = 'w', frameworks = { 'mpi' }, environment = { "
        "A = 1 }, volumes = { { name = 'data', server = 's', host = 'h', "
        "export = '/', driver = 'libnfs', mode = 'ro' } } }");
    fail_each_allocation(make_plan, 100, 1);
}

static void launchers_survive(void **state)
{
    (void)state;
    scratch_write("test.lua",
                  "return { title = 'T', environment = function(layout) return "
                  "{ A = table.concat(layout.nodes, ',') } end }");
    fail_each_allocation(launch, 100, 1);
}

int main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(records_survive),
        cmocka_unit_test(lists_survive),
        cmocka_unit_test_setup_teardown(plans_survive, plan_fixture_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(launchers_survive, scratch_setup,
                                        scratch_teardown),
    };

    SKIP_UNTRUSTED(tests, plan_fixture_setup);
    return RUN_TAP(tests);
}
