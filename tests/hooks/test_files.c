/* test_files.c: a step's files, named and looked at with the user's rights. */
#include "lib/deadline.h"
#include "plugin/as_user.h"
#include "plugin/file_fault.h"
#include "plugin/file_pattern.h"
#include "tests/hooks/spank_stub.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <slurm/slurm_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct step step = {.job = {.id = 57, .uid = 0, .node = "n2"}, .id = 3};

static int begin(void **state)
{
    (void)state;
    stub_reset();
    stub->context = S_CTX_REMOTE;
    stub->first_rank = 4;
    stub->node_rank = 1;
    spank_setenv(NULL, "SLURM_JOB_ID", "57", 1);
    spank_setenv(NULL, "SLURM_JOB_NAME", "two words", 1);
    step.kind = STEP_TASKS;
    return 0;
}

static void expands(const char *pattern, const char *expected)
{
    char path[PATH_MAX];

    file_pattern_expand(path, pattern, NULL, &step);
    assert_string_equal(path, expected);
}

static void test_letters(void **state)
{
    (void)state;
    expands("/v/%j-%J-%A.out", "/v/57-57.3-57.out");
    expands("/v/%N/%n/%t/%s/%u/%x", "/v/n2/1/4/3/root/two words");
    expands("/v/%4t-%03j-%99n", "/v/0004-057-0000000001");
    step.kind = STEP_BATCH;
    expands("%J", "57");
}

static void test_an_array_has_more(void **state)
{
    (void)state;
    expands("%A_%a", "57_%a");
    spank_setenv(NULL, "SLURM_ARRAY_JOB_ID", "50", 1);
    spank_setenv(NULL, "SLURM_ARRAY_TASK_ID", "17", 1);
    expands("%A_%a_%4a_%b", "50_17_0017_7");
}

static void test_what_is_no_pattern(void **state)
{
    (void)state;
    expands("/v/%%j%", "/v/%j%");
    expands("/v/%y%5", "/v/%y%5");
    expands("/v/a\\%j", "/v/a%j");
    expands("", "");
}

static void test_who_opens_them(void **state)
{
    (void)state;
    assert_true(file_pattern_is_of_nodes("/v/%t"));
    assert_true(file_pattern_is_of_nodes("/v/%j-%04n.out"));
    assert_true(file_pattern_is_of_nodes("%N"));
    assert_false(file_pattern_is_of_nodes("/v/%j.out"));
    assert_false(file_pattern_is_of_nodes("/v/%%t"));
    assert_false(file_pattern_is_of_nodes("/v/\\%t"));
    assert_false(file_pattern_is_of_nodes("/v/t%"));
}

static void test_a_path_without_end(void **state)
{
    char name[PATH_MAX + 10], path[PATH_MAX];

    (void)state;
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_false(file_fault_path(path, "/v", name));
    name[0] = '/';
    assert_false(file_fault_path(path, "/v", name));
    assert_true(file_fault_path(path, "/v", "a"));
    assert_string_equal(path, "/v/a");
}

static int never_ends(const void *data, struct error *error)
{
    (void)data;
    (void)error;
    return pause();
}

static void test_a_look_that_hangs_is_given_up(void **state)
{
    struct error error = {.party = ERROR_NONE};
    long long start = clock_milliseconds();

    (void)state;
    assert_int_equal(as_user(NULL, &step.job, 100, never_ends, NULL, &error), 0);
    assert_int_equal(error.party, ERROR_NONE);
    assert_true(clock_milliseconds() - start < patient(5000));
}

static int says_who(const void *data, struct error *error)
{
    int descriptors = 0;

    (void)data;
    for (int fd = 0; fd < 64; fd++)
        descriptors += fcntl(fd, F_GETFD) >= 0;
    return error_set(error, ERROR_USER, "uid %d gid %d groups %d open %d, %s", getuid(),
                     getegid(), getgroups(0, NULL), descriptors,
                     setuid(0) == 0 ? "can be root" : "never root");
}

static void test_a_look_has_the_users_rights_alone(void **state)
{
    const struct job job = {.id = 57, .uid = 12345, .gid = 23456, .node = "n2"};
    struct error error = {.party = ERROR_NONE};

    (void)state;
    if (geteuid() != 0)
        skip();
    stub->gid = 23456;
    assert_int_equal(as_user(NULL, &job, patient(5000), says_who, NULL, &error), -1);
    assert_string_equal(error.text, "uid 12345 gid 23456 groups 1 open 1, never root");
}

static void test_names_cannot_forge_a_line(void **state)
{
    struct error error = {.party = ERROR_NONE};

    (void)state;
    assert_int_equal(file_fault_find(FILE_OUTPUT, "/no\nwhere\x1b/x", "here", &error),
                     -1);
    assert_string_equal(
        error.text, "the output file /no?where?/x cannot be written here: there is no "
                    "/no?where?, the nearest that exists is /; correct --output, or make "
                    "the directory first");
}

static void test_a_directory_that_slurm_makes_is_not_missing(void **state)
{
    const int made = SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0) ? 0 : -1;
    char place[] = "/tmp/atelier-files-XXXXXX", path[64];
    struct error error = {.party = ERROR_NONE};

    (void)state;
    assert_non_null(mkdtemp(place));
    snprintf(path, sizeof(path), "%s/no/x", place);
    assert_false(file_fault_has_directory(FILE_OUTPUT, path));
    assert_int_equal(file_fault_of_directory(FILE_OUTPUT, path, "here", &error), made);
    assert_int_equal(file_fault_of_directory(FILE_ERROR, path, "here", &error), made);
    assert_int_equal(file_fault_of_directory(FILE_INPUT, path, "here", &error), -1);
    assert_int_equal(file_fault_of_directory(FILE_DIRECTORY, path, "here", &error), -1);
    assert_int_equal(
        file_fault_of_directory(FILE_OUTPUT, "/dev/null/no/x", "here", &error), -1);
    assert_int_equal(rmdir(place), 0);
    assert_true(file_fault_has_directory(FILE_OUTPUT, place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_letters, begin),
        cmocka_unit_test_setup(test_an_array_has_more, begin),
        cmocka_unit_test_setup(test_what_is_no_pattern, begin),
        cmocka_unit_test_setup(test_who_opens_them, begin),
        cmocka_unit_test_setup(test_a_path_without_end, begin),
        cmocka_unit_test_setup(test_a_look_that_hangs_is_given_up, begin),
        cmocka_unit_test_setup(test_a_look_has_the_users_rights_alone, begin),
        cmocka_unit_test_setup(test_names_cannot_forge_a_line, begin),
        cmocka_unit_test_setup(test_a_directory_that_slurm_makes_is_not_missing, begin),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
