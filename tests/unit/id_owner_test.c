/* id_owner_test.c: finds who has the NFS clients' ids while the user database is down.
 *
 * tests/lua/doctor.lua has what `atelier doctor` then says; tests/cli/doctor.bats asks a
 * database that answers. */
#include "tests/unit/unit.h"

#include "cli/doctor/id_owner.h"

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

static bool is_owned(int users, int groups, struct id_owner *owner)
{
    struct settings settings;
    struct error error = NO_ERROR;

    no_users = users;
    no_groups = groups;
    settings_init(&settings);
    assert_int_equal(
        settings_apply(&settings, "client_ids=2100000000-2100000007", &error), 0);
    return id_owner_find(&settings, owner);
}

static void a_database_that_does_not_tell_is_not_well(void **state)
{
    struct id_owner owner;

    (void)state;
    assert_true(is_owned(EIO, 0, &owner));
    assert_string_equal(owner.kind, "user");
    assert_int_equal(owner.first, 2100000000);
    assert_true(is_owned(0, ECONNREFUSED, &owner));
    assert_string_equal(owner.kind, "group");
    assert_int_equal(owner.first, 2100000000);
    assert_int_equal(owner.failure, ECONNREFUSED);
}

static void an_id_that_nobody_has_is_well(void **state)
{
    static const int NOBODY[] = {0, ENOENT, ESRCH, EBADF, EPERM};
    struct id_owner owner;

    (void)state;
    for (size_t i = 0; i < sizeof(NOBODY) / sizeof(*NOBODY); i++)
        assert_false(is_owned(NOBODY[i], NOBODY[i], &owner));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_that_does_not_tell_is_not_well),
        cmocka_unit_test(an_id_that_nobody_has_is_well),
    };

    return RUN_TAP(tests);
}
