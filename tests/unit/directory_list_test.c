/* directory_list_test.c: the values that --with-input and --with-output take. */
#include "tests/unit/unit.h"

#include "lib/option/directory_list.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void lists_are_lists(void **state)
{
    static const char *const lists[] = {
        "A=/a",       "_a1=/",         "A=/a,B=/b",
        "A=/a,A=/a",  "A=$HOME/x",     "A=${HOME}x,B=$A",
        "A=/a=b c:d", "A=/x/$B/${C}d", "A=/\xc3\xa4",
    };
    struct error error = NO_ERROR;

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (directory_list_check("--with-input", lists[i], &error) < 0)
            fail_msg("%s", error.text);
}

static void others_are_not(void **state)
{
    static const char *const attacks[] = {
        "",        ",",      "A",         "A=",     "=/a",    "1=/a",     "A-B=/a",
        "A=a",     "A=../a", "A=/a,",     ",A=/a",  "A=/a,,", "A=/\n",    "A=/\x1b[2J",
        "A=/$",    "A=/$1",  "A=/${",     "A=/${}", "A=/${A", "A=/$(id)", "A=/${A-b}",
        "A=/\x7f", "A B=/a", "A=/a,A=/b", "A=`id`", "A=~/x",  "A=$/x",    "A=/a,B",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        struct error error = NO_ERROR;

        if (directory_list_check("--with-input", attacks[i], &error) == 0)
            fail_msg("accepted: %s", attacks[i]);
        assert_int_equal(error.party, ERROR_USER);
        assert_non_null(strstr(error.text, "--with-input"));
        assert_null(strpbrk(error.text, "\n\x1b"));
    }
}

static void lengths_are_bounded(void **state)
{
    char list[DIRECTORY_LIST_MAX + 2], id[DIRECTORY_ID_MAX + 2];
    struct error error = NO_ERROR;
    struct directory_item item;

    (void)state;
    memset(list, 'x', sizeof(list));
    memcpy(list, "A=/", 3);
    list[DIRECTORY_LIST_MAX] = '\0';
    assert_int_equal(directory_list_check("o", list, &error), 0);
    assert_null(directory_list_next(list, &item));
    assert_int_equal(strlen(item.path), DIRECTORY_LIST_MAX - 2);
    list[DIRECTORY_LIST_MAX] = 'x';
    list[DIRECTORY_LIST_MAX + 1] = '\0';
    assert_int_equal(directory_list_check("o", list, &error), -1);
    memset(id, 'a', sizeof(id));
    id[DIRECTORY_ID_MAX] = '\0';
    snprintf(list, sizeof(list), "%s=/x", id);
    assert_int_equal(directory_list_check("o", list, &error), 0);
    snprintf(list, sizeof(list), "%sa=/x", id);
    assert_int_equal(directory_list_check("o", list, &error), -1);
}

static void items_come_in_their_order(void **state)
{
    struct directory_item item;
    const char *rest = directory_list_next("A=/a=1,B=$C", &item);

    (void)state;
    assert_string_equal(item.id, "A");
    assert_string_equal(item.path, "/a=1");
    rest = directory_list_next(rest, &item);
    assert_string_equal(item.id, "B");
    assert_string_equal(item.path, "$C");
    assert_null(rest);
}

static const char *look_up(const char *name, void *data)
{
    (void)data;
    if (strcmp(name, "ROOT") == 0)
        return "/mnt/$ROOT"; /* values are not looked into */
    if (strcmp(name, "LONG") == 0) {
        static char text[DIRECTORY_PATH_SIZE];

        memset(text, 'l', sizeof(text) - 1);
        return text;
    }
    return strcmp(name, "EMPTY") == 0 ? "" : strcmp(name, "WORD") == 0 ? "word" : NULL;
}

static int expand(const char *text, char *path, struct error *error)
{
    struct directory_item item = {.id = "A"};

    *error = NO_ERROR;
    snprintf(item.path, sizeof(item.path), "%s", text);
    return directory_item_expand("--with-output", &item, look_up, NULL, path, error);
}

static void variables_have_their_values(void **state)
{
    static const char *const pairs[][2] = {
        {"/a/b", "/a/b"},
        {"$ROOT", "/mnt/$ROOT"},
        {"${ROOT}x", "/mnt/$ROOTx"},
        {"/$WORD/${WORD}s/$WORD", "/word/words/word"},
    };
    char path[DIRECTORY_PATH_SIZE];
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (expand(pairs[i][0], path, &error) < 0)
            fail_msg("%s", error.text);
        assert_string_equal(path, pairs[i][1]);
    }
}

static void what_is_not_set_is_named(void **state)
{
    char path[DIRECTORY_PATH_SIZE];
    struct error error;

    (void)state;
    assert_int_equal(expand("/x/$AZ_BATCHAI_NOTHING/y", path, &error), -1);
    assert_string_equal(error.text,
                        "--with-output=A=...: the variable AZ_BATCHAI_NOTHING is not set "
                        "here; correct its name, or leave it out");
    assert_int_equal(expand("${EMPTY}/x", path, &error), -1);
    assert_non_null(strstr(error.text, "the variable EMPTY is not set"));
    assert_int_equal(expand("$WORD/x", path, &error), -1);
    assert_non_null(strstr(error.text, "becomes word/x, which does not begin with /"));
    assert_int_equal(expand("/$LONG", path, &error), -1);
    assert_non_null(strstr(error.text, "longer than"));
}

static void outputs_are_made(void **state)
{
    const struct directory_item item = {.id = "A"};
    struct error error = NO_ERROR;
    struct stat status;

    (void)state;
    assert_int_equal(directory_item_make("o", &item, scratch_path("a/b/c"), &error), 0);
    assert_int_equal(stat(scratch_path("a/b/c"), &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(directory_item_make("o", &item, scratch_path("a/b/c"), &error), 0);
    scratch_write("file", "");
    assert_int_equal(directory_item_make("o", &item, scratch_path("file"), &error), -1);
    assert_non_null(strstr(error.text, "Not a directory"));
    error = NO_ERROR;
    assert_int_equal(directory_item_make("o", &item, scratch_path("file/x"), &error), -1);
    assert_non_null(strstr(error.text, "o=A=...: cannot make the directory"));
    assert_non_null(strstr(error.text, "Not a directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_lists),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(items_come_in_their_order),
        cmocka_unit_test(variables_have_their_values),
        cmocka_unit_test(what_is_not_set_is_named),
        cmocka_unit_test_setup_teardown(outputs_are_made, scratch_setup,
                                        scratch_teardown),
    };

    return RUN_TAP(tests);
}
