/* client_id_test.c: the id of a job's NFS clients is that of nobody else on the node. */
#include "tests/unit/unit.h"

#include "storage/client/client_id.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST 2100000000U

static char run[] = "/tmp/client-id-test.XXXXXX";
static int no_users, no_groups; /* why the database does not answer; 0: it does */

/* In the place of the C library's. */
int getpwuid_r(uid_t id, struct passwd *user, char *text, size_t size,
               struct passwd **found)
{
    int (*real)(uid_t, struct passwd *, char *, size_t, struct passwd **) =
        dlsym(RTLD_NEXT, "getpwuid_r");

    *found = NULL;
    return no_users ? no_users : real(id, user, text, size, found);
}

int getgrgid_r(gid_t id, struct group *group, char *text, size_t size,
               struct group **found)
{
    int (*real)(gid_t, struct group *, char *, size_t, struct group **) =
        dlsym(RTLD_NEXT, "getgrgid_r");

    *found = NULL;
    return no_groups ? no_groups : real(id, group, text, size, found);
}

/* As the keeper of the job has it. */
static void open_job(struct run_directory *directory, unsigned job)
{
    struct error error = NO_ERROR;

    assert_int_equal(run_directory_name(directory, run, "n1", job, &error), 0);
    assert_int_equal(run_directory_create(directory, &error), 0);
}

static int choose(const struct run_directory *directory, uid_t first, uid_t last,
                  unsigned job, uid_t *id, struct error *error)
{
    const struct settings_ids range = {first, last};
    struct deadline deadline = deadline_after(5000);

    return client_id_choose(directory, &range, job, &deadline, id, error);
}

static int make_run(void **state)
{
    (void)state;
    return mkdtemp(run) ? 0 : -1;
}

/* Nothing of it is left, notes included. */
static int remove_run(void **state)
{
    (void)state;
    rmdir(run);
    return access(run, F_OK) < 0 ? 0 : -1;
}

static void a_jobs_number_leads_to_its_id(void **state)
{
    struct run_directory directory;
    struct error error = NO_ERROR;
    uid_t id;

    (void)state;
    open_job(&directory, 17);
    assert_int_equal(choose(&directory, FIRST, FIRST + 10, 17, &id, &error), 0);
    assert_int_equal(id, FIRST + 7);
    run_directory_remove(&directory);
}

static void no_two_jobs_share_one(void **state)
{
    struct run_directory directories[3];
    struct error error = NO_ERROR;
    uid_t ids[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        open_job(&directories[i], 2 + 3 * i);
        assert_int_equal(
            choose(&directories[i], FIRST, FIRST + 3, 2 + 3 * i, &ids[i], &error), 0);
    }
    assert_int_equal(ids[0], FIRST + 2);
    assert_int_equal(ids[1], FIRST);
    assert_int_equal(ids[2], FIRST + 1);
    run_directory_remove(&directories[1]);
    open_job(&directories[1], 11);
    assert_int_equal(choose(&directories[1], FIRST, FIRST + 3, 11, &ids[1], &error), 0);
    assert_int_equal(ids[1], FIRST); /* which is free again */
    for (unsigned i = 0; i < 3; i++)
        run_directory_remove(&directories[i]);
}

static void a_range_may_be_too_small(void **state)
{
    struct run_directory one, other;
    struct error error = NO_ERROR;
    uid_t id;

    (void)state;
    open_job(&one, 1);
    open_job(&other, 2);
    assert_int_equal(choose(&one, FIRST, FIRST + 1, 1, &id, &error), 0);
    assert_int_equal(choose(&other, FIRST, FIRST + 1, 2, &id, &error), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_contains(error.text, "too few");
    run_directory_remove(&one);
    run_directory_remove(&other);
}

/* 65534 is nobody's user and nogroup's group; 1 to 3 are daemon, bin, sys. */
static void nobody_who_exists_is_chosen(void **state)
{
    struct run_directory directory;
    struct error error = NO_ERROR;
    uid_t id;

    (void)state;
    open_job(&directory, 0);
    assert_int_equal(choose(&directory, 65534, 65534 + 4, 4, &id, &error), 0);
    assert_int_equal(id, 65535);
    run_directory_remove(&directory);
    open_job(&directory, 1);
    assert_int_equal(choose(&directory, 1, 4, 0, &id, &error), -1);
    assert_int_equal(error.party, ERROR_SITE);
    assert_contains(error.text, "client_ids");
    run_directory_remove(&directory);
}

/* The party at fault while the database answers so; ERROR_NONE when the id is taken. */
static enum error_party fault(int users, int groups)
{
    struct run_directory directory;
    struct error error = NO_ERROR;
    uid_t id;

    open_job(&directory, 0);
    no_users = users;
    no_groups = groups;
    if (choose(&directory, FIRST, FIRST + 10, 0, &id, &error) < 0)
        assert_contains(error.text,
                        error.party == ERROR_NODE ? "does not tell" : "client_ids");
    else
        assert_int_equal(id, FIRST);
    no_users = no_groups = 0;
    run_directory_remove(&directory);
    return error.party;
}

/* An id that the database cannot tell of may be somebody's. */
static void a_database_that_fails_is_a_fault_of_the_node(void **state)
{
    static const int FAILURES[] = {EIO,    EAGAIN, EINTR,       EMFILE,
                                   ENOMEM, EINVAL, ECONNREFUSED};
    static const int NOBODY[] = {ENOENT, ESRCH, EBADF, EPERM};

    (void)state;
    for (size_t i = 0; i < sizeof(FAILURES) / sizeof(*FAILURES); i++) {
        assert_int_equal(fault(FAILURES[i], 0), ERROR_NODE);
        assert_int_equal(fault(0, FAILURES[i]), ERROR_NODE);
    }
    for (size_t i = 0; i < sizeof(NOBODY) / sizeof(*NOBODY); i++)
        assert_int_equal(fault(NOBODY[i], NOBODY[i]), ERROR_NONE);
    assert_int_equal(fault(ERANGE, 0), ERROR_SITE);
    assert_int_equal(fault(0, ERANGE), ERROR_SITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jobs_number_leads_to_its_id),
        cmocka_unit_test(no_two_jobs_share_one),
        cmocka_unit_test(a_range_may_be_too_small),
        cmocka_unit_test(nobody_who_exists_is_chosen),
        cmocka_unit_test(a_database_that_fails_is_a_fault_of_the_node),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_run, remove_run);
}
