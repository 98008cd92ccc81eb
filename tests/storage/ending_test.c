/* ending_test.c: the order in which mounts end, and for whom requests are aborted.
 *
 * A call of the kernel's that hangs cannot be tried here; which calls are made can. */
#include "tests/unit/unit.h"

#include "lib/policy/plan.h"
#include "storage/mount/namespace.h"
#include "storage/system.h"
#include "storage/volume/unmount.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>

#define ROOT "/nowhere/mounts"

/* Shared with the child that unmounts. */
static struct calls {
    char text[4096];
    int busy; /* how many more of the aborting calls find the mount in use */
} * calls;

static struct plan plan;

/* "PATH abort", "PATH detach" or "PATH", a line each. */
static int note(const char *target, int flags)
{
    size_t used = strlen(calls->text);

    assert_true(flags & UMOUNT_NOFOLLOW);
    snprintf(calls->text + used, sizeof(calls->text) - used, "%s%s%s\n",
             strcmp(target, ROOT) == 0 ? "root" : target + strlen(ROOT) + 1,
             flags & MNT_FORCE ? " abort" : "", flags & MNT_DETACH ? " detach" : "");
    if ((flags & MNT_FORCE) && !(flags & MNT_DETACH) && calls->busy-- > 0) {
        errno = EBUSY;
        return -1;
    }
    errno = EINVAL;
    return flags & MNT_FORCE && !(flags & MNT_DETACH) ? -1 : 0;
}

static void add_volume(const char *name, const char *kind, const char *driver,
                       const char *place)
{
    struct plan_volume *volume = &plan.volumes[plan.volume_count++];

    snprintf(volume->name, sizeof(volume->name), "%s", name);
    snprintf(volume->kind, sizeof(volume->kind), "%s", kind);
    snprintf(volume->driver, sizeof(volume->driver), "%s", driver);
    snprintf(volume->place, sizeof(volume->place), "%s", place);
    volume->read_only = true; /* nothing to be written out before */
}

static int set_up(void **state)
{
    (void)state;
    calls = mmap(NULL, sizeof(*calls), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
    system_calls.umount2 = note;
    add_volume("export", "nfs", "kernel", ROOT "/its-place");
    add_volume("share", "cifs", "", "");
    add_volume("ours", "nfs", "libnfs", "");
    add_volume("site", "bind", "", ROOT "/site-place");
    strcpy(plan.mounts[0].name, "part");
    plan.mount_count = 1;
    return 0;
}

static void begin(int busy)
{
    memset(calls, 0, sizeof(*calls));
    calls->busy = busy;
}

static void unmounts_in_reverse_and_aborts_nothing(void **state)
{
    (void)state;
    begin(0);
    assert_int_equal(unmount_in_order(ROOT, &plan, 2000), 0);
    assert_string_equal(calls->text, "part\nsite-place\nsite\nours\nshare\nits-place\n"
                                     "export\nroot\n");
}

/* Of what may be shared with others, such as a share's connection, nothing is aborted. */
static void clears_by_force_what_is_the_jobs_alone(void **state)
{
    (void)state;
    begin(0);
    unmount_by_force(ROOT, &plan);
    assert_string_equal(calls->text,
                        "export abort\npart detach\nsite-place detach\nsite detach\n"
                        "ours abort detach\nshare detach\nits-place detach\n"
                        "export abort detach\nroot abort detach\n");
}

static unsigned count_aborts(void)
{
    unsigned count = 0;

    for (const char *at = calls->text; (at = strstr(at, "export abort\n")); at++)
        count++;
    return count;
}

/* A killed task closes its file after its write was aborted, and waits once more. */
static void aborts_again_while_the_mount_is_in_use(void **state)
{
    (void)state;
    begin(3);
    unmount_by_force(ROOT, &plan);
    assert_int_equal(count_aborts(), 4);
    begin(1000);
    unmount_by_force(ROOT, &plan);
    assert_between(count_aborts(), 5, 8); /* but not for ever */
    assert_non_null(strstr(calls->text, "export abort detach\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unmounts_in_reverse_and_aborts_nothing),
        cmocka_unit_test(clears_by_force_what_is_the_jobs_alone),
        cmocka_unit_test(aborts_again_while_the_mount_is_in_use),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
