/* notice_test.c: what everybody may read of a fault.
 *
 * It says who can act, and has nothing of the fault's own words but where they are the
 * user's. */
#include "lib/notice.h"

#include "tests/unit/unit.h"

#include <string.h>

#define WHAT "workspace `vision` on node n1: volume `results`"

static const char *of(enum error_party party, char notice[NOTICE_SIZE])
{
    struct error fault = {.party = ERROR_NONE};

    error_set(&fault, party, "the export nfs1:/srv at port 2049");
    return notice_write(notice, WHAT, &fault);
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
    char notice[NOTICE_SIZE];

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
    char notice[NOTICE_SIZE];

    (void)state;
    assert_string_equal(of(ERROR_USER, notice), "the export nfs1:/srv at port 2049");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_word_of_a_fault_is_for_everybody),
        cmocka_unit_test(test_what_a_user_did_is_said_as_it_is),
    };

    return RUN_TAP(tests);
}
