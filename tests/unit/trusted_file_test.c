/* trusted_file_test.c: files that root obeys, and those that others could change. */
#include "tests/unit/unit.h"

#include "lib/trusted_file.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect(const char *path, const char *text)
{
    struct error error = NO_ERROR;
    size_t length = 99;
    char *read = trusted_file_read(path, &length, &error);

    if (!read)
        fail_msg("%s", error.text);
    assert_int_equal(length, strlen(text));
    assert_string_equal(read, text);
    free(read);
}

/* The sentence must name `path` and say `part`. */
static void refuse(const char *path, const char *part)
{
    struct error error = NO_ERROR;
    size_t length;
    char *read = trusted_file_read(path, &length, &error);

    if (read)
        fail_msg("%s was read", path);
    assert_int_equal(error.party, ERROR_SITE);
    assert_contains(error.text, part);
}

static void files_of_root_are_read(void **state)
{
    (void)state;
    scratch_write("a/b/policy.lua", "return {}\n");
    expect(scratch_path("a/b/policy.lua"), "return {}\n");
    scratch_write("empty", "");
    expect(scratch_path("empty"), "");
}

static void files_of_others_are_refused(void **state)
{
    const char *path = scratch_path("policy");

    (void)state;
    scratch_write("policy", "x");
    assert_int_equal(chown(path, 12345, 0), 0);
    refuse(path, "user 12345");
    refuse(path, "chown root ");
    assert_int_equal(chown(path, 0, 0), 0);
    assert_int_equal(chmod(path, 0664), 0);
    refuse(path, "group 0 may write");
    refuse(path, "chmod g-w");
    assert_int_equal(chmod(path, 0646), 0);
    refuse(path, "everybody may write");
    assert_int_equal(chmod(path, 0600), 0);
    expect(path, "x");
}

static void every_parent_counts(void **state)
{
    (void)state;
    scratch_write("a/b/policy", "x");
    assert_int_equal(chmod(scratch_path("a"), 0775), 0);
    refuse(scratch_path("a/b/policy"), scratch_path("a, which root obeys"));
    assert_int_equal(chmod(scratch_path("a"), 0755), 0);
    assert_int_equal(chown(scratch_path("a/b"), 12345, 0), 0);
    refuse(scratch_path("a/b/policy"), scratch_path("a/b belongs to user 12345"));
    assert_int_equal(chown(scratch_path("a/b"), 0, 0), 0);
    expect(scratch_path("a/b/policy"), "x");
}

static void a_sticky_directory_is_no_place(void **state)
{
    (void)state;
    scratch_write("a/policy", "x");
    assert_int_equal(chmod(scratch_path("a"), 01777), 0);
    refuse(scratch_path("a/policy"), "move the file");
}

/* The link is followed, and the place that it leads to is judged; where the link lies is
 * the site's choice. */
static void links_are_judged_by_where_they_lead(void **state)
{
    (void)state;
    scratch_write("good/policy", "good");
    scratch_write("bad/policy", "bad");
    assert_int_equal(chmod(scratch_path("bad"), 0777), 0);
    assert_int_equal(symlink("good/policy", scratch_path("to-good")), 0);
    assert_int_equal(symlink("bad/policy", scratch_path("to-bad")), 0);
    assert_int_equal(symlink("bad", scratch_path("link")), 0);
    expect(scratch_path("to-good"), "good");
    refuse(scratch_path("to-bad"), scratch_path("bad, which root obeys"));
    refuse(scratch_path("link/policy"), "everybody may write");
    refuse(scratch_path("bad/../bad/policy"), "everybody may write");
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    scratch_write("a/b", "x");
    refuse(scratch_path("missing"), "No such file");
    refuse(scratch_path("a"), "not a regular file");
    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    refuse(scratch_path("fifo"), "not a regular file"); /* at once */
    refuse("/dev/zero", "not a regular file");
}

static void size_is_bounded(void **state)
{
    const char *path = scratch_path("policy");
    struct error error = NO_ERROR;
    size_t length;
    char *text;

    (void)state;
    scratch_write("policy", "");
    assert_int_equal(truncate(path, TRUSTED_FILE_SIZE_MAX), 0);
    text = trusted_file_read(path, &length, &error);
    assert_non_null(text);
    assert_int_equal(length, TRUSTED_FILE_SIZE_MAX);
    free(text);
    assert_int_equal(truncate(path, TRUSTED_FILE_SIZE_MAX + 1), 0);
    refuse(path, "larger than");
}

/* Run by anybody: below the temporary directory no file is to be trusted. */
static void a_temporary_file_is_plain_only(void **state)
{
    struct error error = NO_ERROR;
    size_t length;
    char *text;

    (void)state;
    scratch_write("launcher", "text");
    text = plain_file_read(scratch_path("launcher"), &length, &error);
    assert_string_equal(text, "text");
    assert_int_equal(length, 4);
    free(text);
    assert_null(trusted_file_read(scratch_path("launcher"), &length, &error));
    assert_int_equal(error.party, ERROR_SITE);
    assert_null(plain_file_read(scratch_path("none"), &length, NULL));
    assert_null(plain_file_read(scratch_path("."), &length, NULL));
}

#define TRUSTED_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup_trusted, scratch_teardown)

int main(void)
{
    struct CMUnitTest tests[] = {
        TRUSTED_TEST(files_of_root_are_read),
        TRUSTED_TEST(files_of_others_are_refused),
        TRUSTED_TEST(every_parent_counts),
        TRUSTED_TEST(a_sticky_directory_is_no_place),
        TRUSTED_TEST(links_are_judged_by_where_they_lead),
        TRUSTED_TEST(what_is_no_file_is_refused),
        TRUSTED_TEST(size_is_bounded),
        cmocka_unit_test_setup_teardown(a_temporary_file_is_plain_only, scratch_setup,
                                        scratch_teardown),
    };

    SKIP_UNTRUSTED(tests, scratch_setup_trusted);
    return RUN_TAP(tests);
}
