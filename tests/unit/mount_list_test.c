/* mount_list_test.c: the values that --mount takes. */
#include "tests/unit/unit.h"

#include "lib/name.h"
#include "lib/option/mount_list.h"
#include "lib/policy/plan.h"

#include <stdio.h>
#include <string.h>

static void lists_are_lists(void **state)
{
    static const char *const lists[] = {
        "v:n",         "v/a:n",   "v/a/b.c:n:ro",   "v:n:ro", "v:n,w/a:m",
        "v:n,v:n,v:n", "v/...:n", "v/..a/.b/c..:n", "v/-x:n", "V.1_2-3/a:N.1_2-3",
        "v/a=b@c+d:n",
    };
    struct error error = NO_ERROR;

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (mount_list_check("--mount", lists[i], &error) < 0)
            fail_msg("%s", error.text);
}

static void attacks_are_no_lists(void **state)
{
    static const char *const attacks[] = {
        "",
        ",",
        "v",
        ":n",
        "v:",
        "v::ro",
        "v:n:",
        "v:n:rw",
        "v:n:ro:",
        "v:n:ro,",
        ",v:n",
        "v:n,,v:m",
        "/etc:n",
        "/:n",
        "..:n",
        "../v:n",
        "v/:n",
        "v//a:n",
        "v/a/:n",
        "v/.:n",
        "v/..:n",
        "v/a/../b:n",
        "v/a/./b:n",
        "v/../../etc:n",
        "v:a/b",
        "v:..",
        "v:.n",
        "v:/etc",
        "v/a b:n",
        "v/a\n:n",
        "v/a\\b:n",
        "v/$(id):n",
        "v/`id`:n",
        "v/%n:n",
        "v/a;b:n",
        "v/a\x1b[:n",
        "v/\xc3\xa9:n",
        "v/a*:n",
        "v/a'b:n",
        "v/a\"b:n",
        "v/~:n",
        "v:n,rw,suid",
        "v:n:RO",
        "v:n: ro",
        " v:n",
        "v :n",
        "v/a,v:n:ro",
    };
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        error_clear(&error);
        if (mount_list_check("--mount", attacks[i], &error) == 0)
            fail_msg("taken for a list: %s", attacks[i]);
        assert_int_equal(error.party, ERROR_USER);
        assert_ptr_equal(strstr(error.text, "--mount="), error.text);
        for (const char *c = error.text; *c; c++)
            assert_between(*c, 0x20, 0x7e);
    }
}

static void check_length(size_t length, int status)
{
    char list[MOUNT_LIST_MAX + 3];
    struct error error = NO_ERROR;

    for (size_t i = 0; i < sizeof(list); i++)
        list[i] = "v:n,"[i % 4];
    list[length] = '\0';
    assert_int_equal(mount_list_check("--mount", list, &error), status);
    if (status < 0)
        assert_string_equal(error.text, "--mount is longer than 8192 bytes");
}

static void length_is_bounded(void **state)
{
    (void)state;
    check_length(MOUNT_LIST_MAX - 1, 0);
    check_length(MOUNT_LIST_MAX + 1, -1);
}

static void check_path(size_t component, size_t total, bool valid)
{
    char path[PLAN_PATH_SIZE + 2];

    for (size_t i = 0; i < total; i++)
        path[i] = i % (component + 1) == component ? '/' : 'a';
    path[total] = '\0';
    assert_int_equal(mount_list_is_path(path), valid);
}

static void paths_are_bounded(void **state)
{
    char list[2048];
    struct error error = NO_ERROR;

    (void)state;
    check_path(255, 255, true);
    check_path(256, 256, false);
    check_path(200, PLAN_PATH_SIZE - 1, true);
    check_path(200, PLAN_PATH_SIZE, false);
    /* Longer than any good one: cut, and not taken for a shorter one. */
    memset(list, 'a', sizeof(list));
    for (size_t i = 1; i < sizeof(list); i += 100)
        list[i] = '/';
    strcpy(list + sizeof(list) - 3, ":n");
    assert_int_equal(mount_list_check("--mount", list, &error), -1);
}

static void what_is_missing_is_found(void **state)
{
    (void)state;
    assert_null(mount_list_missing("v:n,v/a:m:ro", "v/a:m:ro"));
    assert_null(mount_list_missing("v:n,v/a:m:ro", "v/a:m:ro,v:n"));
    assert_string_equal(mount_list_missing("v:n,v/a:m:ro", "v:n,v/a:m,x:y"), "v/a:m,x:y");
    assert_string_equal(mount_list_missing("v:nn", "v:n"), "v:n");
    assert_string_equal(mount_list_missing("v:n", "v:nn"), "v:nn");
    assert_string_equal(mount_list_missing("", "v:n"), "v:n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_lists),
        cmocka_unit_test(attacks_are_no_lists),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(paths_are_bounded),
        cmocka_unit_test(what_is_missing_is_found),
    };

    return RUN_TAP(tests);
}
