/* doctor_client_ids_test.c: `atelier doctor` looks at the NFS clients' ids.
 *
 * Here the user database is down; in tests/cli/doctor.bats it answers. */
#include "tests/unit/unit.h"

#include "cli/doctor/doctor_check.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

static int no_users, no_groups; /* why the database has no entry */

/* In the place of the C library's. */
struct passwd *getpwuid(uid_t id)
{
    (void)id;
    errno = no_users;
    return NULL;
}

struct group *getgrgid(gid_t id)
{
    (void)id;
    errno = no_groups;
    return NULL;
}

static bool is_well(int users, int groups, char text[DOCTOR_TEXT_SIZE])
{
    struct settings settings;
    struct error error = NO_ERROR;

    no_users = users;
    no_groups = groups;
    settings_init(&settings);
    assert_int_equal(
        settings_apply(&settings, "client_ids=2100000000-2100000007", &error), 0);
    return doctor_client_ids(&settings, text);
}

static void a_database_that_does_not_tell_is_not_well(void **state)
{
    char text[DOCTOR_TEXT_SIZE];

    (void)state;
    assert_false(is_well(EIO, 0, text));
    assert_contains(text, "does not tell whether a user has id 2100000000");
    assert_false(is_well(0, ECONNREFUSED, text));
    assert_contains(text, "does not tell whether a group has id 2100000000");
    assert_contains(text, "Connection refused");
}

static void an_id_that_nobody_has_is_well(void **state)
{
    static const int NOBODY[] = {0, ENOENT, ESRCH, EBADF, EPERM};
    char text[DOCTOR_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(NOBODY) / sizeof(*NOBODY); i++)
        assert_true(is_well(NOBODY[i], NOBODY[i], text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_that_does_not_tell_is_not_well),
        cmocka_unit_test(an_id_that_nobody_has_is_well),
    };

    return RUN_TAP(tests);
}
