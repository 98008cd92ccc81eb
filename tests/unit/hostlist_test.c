/* hostlist_test.c: host lists as Slurm writes them, and what is none. */
#include "tests/unit/unit.h"

#include "lib/hostlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Expands `text` and compares the hosts, joined by blanks. */
static void expect(const char *text, const char *expected)
{
    char joined[4096] = "";
    struct error error = NO_ERROR;
    struct hostlist list;
    size_t used = 0;

    if (hostlist_expand(&list, text, &error) < 0)
        fail_msg("%s: %s", text, error.text);
    for (size_t i = 0; i < list.count; i++)
        used += (size_t)snprintf(joined + used, sizeof(joined) - used, "%s%s",
                                 i ? " " : "", list.hosts[i]);
    assert_string_equal(joined, expected);
    hostlist_release(&list);
    assert_null(list.hosts);
}

static void refuse(const char *text, const char *part)
{
    struct error error = NO_ERROR;
    struct hostlist list;

    if (hostlist_expand(&list, text, &error) == 0)
        fail_msg("expanded: %s", text);
    assert_int_equal(error.party, ERROR_NODE);
    assert_contains(error.text, part);
    assert_null(list.hosts);
    assert_int_equal(list.count, 0);
    hostlist_release(&list);
}

static void lists_of_slurm_expand(void **state)
{
    (void)state;
    expect("", "");
    expect("login", "login");
    expect("n[01-03,7],login", "n01 n02 n03 n7 login");
    expect("b,a,b", "b a b");
    expect("n[9-11]", "n9 n10 n11");
    expect("n[009-011]x", "n009x n010x n011x");
    expect("n[99-101]", "n99 n100 n101");
    expect("n[00]", "n00");
    expect("rack[1-2]-n[3-4].site,x", "rack1-n3.site rack1-n4.site rack2-n3.site "
                                      "rack2-n4.site x");
    expect("a[1]b[2]c[3]", "a1b2c3");
    expect("[12000-12003,12010]", "12000 12001 12002 12003 12010");
}

static void malformed_lists_are_refused(void **state)
{
    (void)state;
    refuse(",", "missing at character 1");
    refuse("a,,b", "missing at character 3");
    refuse("a,", "missing at character 3");
    refuse("n[1-", "not closed");
    refuse("n[", "not closed");
    refuse("n[]", "missing");
    refuse("n[1,]", "missing");
    refuse("n[,1]", "missing");
    refuse("n[-1]", "missing");
    refuse("n[1--2]", "missing");
    refuse("n[1-2-3]", "missing");
    refuse("n[a]", "missing");
    refuse("n[1]]", "no host name");
    refuse("n]", "no host name");
    refuse("n[[1]]", "missing");
    refuse("n[3-1]", "backwards");
    refuse("a b", "no host name has at character 2");
    refuse("a\x1b[31m", "no host name");
    refuse("a\xc3\xa9", "no host name");
    refuse("n[1234567890123456789]", "missing");
}

static void long_names_are_refused(void **state)
{
    char text[600];

    (void)state;
    snprintf(text, sizeof(text), "n%0254d", 0);
    expect(text, text);
    snprintf(text, sizeof(text), "n%0255d", 0);
    refuse(text, "too long");
    snprintf(text, sizeof(text), "n%0250d[1-999999]", 0);
    refuse(text, "too long");
    snprintf(text, sizeof(text), "n[1-3]%0254d", 0);
    refuse(text, "too long");
}

static void counts_of_hosts_are_bounded(void **state)
{
    struct error error = NO_ERROR;
    struct hostlist list;

    (void)state;
    assert_int_equal(hostlist_expand(&list, "n[1-65536]", &error), 0);
    assert_int_equal(list.count, HOSTLIST_COUNT_MAX);
    assert_string_equal(list.hosts[65535], "n65536");
    hostlist_release(&list);
    refuse("n[0-65536]", "more than 65536");
    refuse("n[0-999999999999999999]", "more than 65536");
    refuse("a[0-9999]b[0-9999]", "more than 65536");
}

static void expect_counts(const char *text, const char *expected)
{
    char joined[256] = "";
    struct error error = NO_ERROR;
    size_t count = 99, used = 0;
    unsigned *counts = hostlist_expand_counts(text, &count, &error);

    if (!counts)
        fail_msg("%s: %s", text, error.text);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(joined + used, sizeof(joined) - used, "%s%u",
                                 i ? " " : "", counts[i]);
    assert_string_equal(joined, expected);
    free(counts);
}

static void refuse_counts(const char *text, const char *part)
{
    struct error error = NO_ERROR;
    size_t count;

    if (hostlist_expand_counts(text, &count, &error))
        fail_msg("expanded: %s", text);
    assert_int_equal(error.party, ERROR_NODE);
    assert_contains(error.text, part);
}

static void counts_of_slurm_expand(void **state)
{
    (void)state;
    expect_counts("", "");
    expect_counts("4", "4");
    expect_counts("2(x3),1", "2 2 2 1");
    expect_counts("1,2(x1),0(x2)", "1 2 0 0");
}

static void hosts_are_joined(void **state)
{
    static const char *const lists[][2] = {
        {"", ""}, {"a", "a"}, {"n[08-11],x", "n08,n09,n10,n11,x"}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct error error = NO_ERROR;
        struct hostlist list;
        char *text;

        assert_int_equal(hostlist_expand(&list, lists[i][0], &error), 0);
        text = hostlist_join(&list);
        assert_string_equal(text, lists[i][1]);
        free(text);
        hostlist_release(&list);
    }
}

static void malformed_counts_are_refused(void **state)
{
    (void)state;
    refuse_counts(",", "missing");
    refuse_counts("1,", "missing");
    refuse_counts("1,,2", "missing");
    refuse_counts("x", "missing");
    refuse_counts("2(3)", "missing");
    refuse_counts("2(x)", "missing");
    refuse_counts("2(x3", "missing");
    refuse_counts("2(x0)", "missing");
    refuse_counts("2(x3)4", "missing");
    refuse_counts("-1", "missing");
    refuse_counts("65537", "missing");
    refuse_counts("1(x65537)", "more than 65536");
    refuse_counts("1(x65536),1", "more than 65536");
    refuse_counts("1(x999999999999999999)", "more than 65536");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_slurm_expand),
        cmocka_unit_test(malformed_lists_are_refused),
        cmocka_unit_test(long_names_are_refused),
        cmocka_unit_test(counts_of_hosts_are_bounded),
        cmocka_unit_test(counts_of_slurm_expand),
        cmocka_unit_test(malformed_counts_are_refused),
        cmocka_unit_test(hosts_are_joined),
    };

    return RUN_TAP(tests);
}
