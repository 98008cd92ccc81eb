/* fault_test.c: what its user and what everybody may read of a fault.
 *
 * A notice says who can act, and has nothing of the fault's own words but where they are
 * the user's. */
#include "lib/fault.h"

#include "tests/unit/unit.h"

#include <string.h>

#define WHAT "workspace `vision` on node n1: volume `results`"

#define CAUSE "the export nfs1:/srv at port 2049"
#define ADVICE "; submit the job again later, or tell the site's administrators"

static struct fault fault_by(enum error_party party)
{
    struct fault fault = {.requeue = false};

    error_set(&fault.error, party, CAUSE);
    fault_write_notice(&fault, WHAT);
    return fault;
}

static const char *of(enum error_party party, char notice[FAULT_SAID_SIZE])
{
    struct fault fault = fault_by(party);

    return fault_say_notice(&fault, false, notice);
}

static void test_no_word_of_a_fault_is_for_everybody(void **state)
{
    static const struct {
        enum error_party party;
        const char *whose, *advice;
    } cases[] = {
        {ERROR_STORAGE, "its storage", "; submit the job again later"},
        {ERROR_NODE, "this node", "; submit the job again later"},
        {ERROR_SITE, "the site's configuration", "; tell the site's administrators"},
    };
    char notice[FAULT_SAID_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        of(cases[i].party, notice);
        assert_true(strncmp(notice, WHAT, strlen(WHAT)) == 0);
        assert_non_null(strstr(notice, cases[i].whose));
        assert_non_null(strstr(notice, cases[i].advice));
        assert_null(strstr(notice, "nfs1"));
        assert_null(strstr(notice, "/srv"));
        assert_null(strstr(notice, "2049"));
    }
}

static void test_what_a_user_did_is_said_as_it_is(void **state)
{
    char notice[FAULT_SAID_SIZE];

    (void)state;
    assert_string_equal(of(ERROR_USER, notice), "the export nfs1:/srv at port 2049");
}

static void test_what_slurm_does_is_no_advice(void **state)
{
    struct fault passing = fault_by(ERROR_NODE), lasting = fault_by(ERROR_SITE);
    char notice[FAULT_SAID_SIZE], as_ever[FAULT_SAID_SIZE];

    (void)state;
    fault_say_notice(&passing, true, notice);
    assert_non_null(strstr(notice, "which; Slurm runs the job again by itself"));
    assert_null(strstr(notice, "submit"));
    assert_string_equal(fault_say_notice(&lasting, true, notice),
                        of(ERROR_SITE, as_ever));
}

static void test_a_notice_is_read_as_it_was_said(void **state)
{
    static const enum error_party parties[] = {ERROR_STORAGE, ERROR_SITE, ERROR_USER};
    char notice[FAULT_SAID_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(parties) / sizeof(parties[0]); i++) {
        struct fault fault = fault_by(parties[i]), read = {.may_pass = i > 0};

        fault_read_notice(&read, fault_say_notice(&fault, false, notice));
        assert_string_equal(read.notice, fault.notice);
        assert_int_equal(read.may_pass, fault.may_pass);
    }
}

static void test_a_mistake_has_no_place(void **state)
{
    static const struct {
        enum error_party party;
        const char *sentence;
    } cases[] = {{ERROR_STORAGE, "on node n1: " CAUSE ADVICE},
                 {ERROR_NODE, "on node n1: " CAUSE ADVICE},
                 {ERROR_SITE, CAUSE},
                 {ERROR_USER, CAUSE}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fault fault = fault_by(cases[i].party);

        fault_add_place(&fault, "on node n1");
        assert_string_equal(fault.error.text, cases[i].sentence);
        assert_int_equal(fault.error.party, cases[i].party);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_word_of_a_fault_is_for_everybody),
        cmocka_unit_test(test_what_a_user_did_is_said_as_it_is),
        cmocka_unit_test(test_what_slurm_does_is_no_advice),
        cmocka_unit_test(test_a_notice_is_read_as_it_was_said),
        cmocka_unit_test(test_a_mistake_has_no_place),
    };

    return RUN_TAP(tests);
}
