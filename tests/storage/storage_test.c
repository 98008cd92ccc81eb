/* storage_test.c: every call that changes the system fails once, in turn.
 *
 * Each time whatever had been mounted is unmounted, every process has ended, every
 * descriptor is closed, and there is a sentence. The calls that need root are stood in
 * for, so that this runs as anybody; the processes and sockets are real. */
#include "tests/unit/unit.h"

#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/client_protocol.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/identity.h"
#include "storage/mount/namespace.h"
#include "storage/volume/storage.h"
#include "storage/volume/unmount.h"
#include "tests/storage/system_stand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_MAX 200 /* more than a whole start makes */

static const int causes[] = {ENOMEM, EMFILE, ENOSPC, EINTR};

static char root[PATH_MAX];
static struct settings settings;
static struct plan plan;
static struct identity identity = {.gids = "1,2"};
static struct facts facts = {.job = 7, .node = "n1"};

static size_t shown = 4; /* mounts of a job that started, with the root */

static void add_volume(const char *name, const char *server)
{
    struct plan_volume *volume = &plan.volumes[plan.volume_count++];

    snprintf(volume->name, sizeof(volume->name), "%s", name);
    snprintf(volume->server.name, sizeof(volume->server.name), "%s", server);
    strcpy(volume->kind, "nfs");
    volume->server.version = 3;
    strcpy(volume->server.host, "well");
    strcpy(volume->export_path, "/volume");
    strcpy(volume->driver, "libnfs");
    volume->deadline_ms = 2000;
}

/* One more name for a volume, and a volume that is seen by a mount alone. */
static void add_mounts(void)
{
    strcpy(plan.mounts[0].name, "again");
    plan.mounts[0].volume = 1;
    strcpy(plan.mounts[1].name, "part");
    plan.mounts[1].volume = 2;
    plan.mounts[1].read_only = true;
    plan.volumes[2].parts_only = true;
    plan.mount_count = 2;
    shown = 5;
}

/* Where the keeper notes the clients' locks, as run_directory_name made it. */
static void make_run(void)
{
    char node[PATH_MAX + 8];

    assert_true(snprintf(settings.run, sizeof(settings.run), "%s/run", root) <
                (int)sizeof(settings.run));
    snprintf(node, sizeof(node), "%s/%s", settings.run, facts.node);
    assert_int_equal(mkdir(settings.run, 0700), 0);
    assert_int_equal(mkdir(node, 0700), 0);
}

static int set_up(void **state)
{
    const char *build = getenv("top_builddir");
    char real[PATH_MAX];

    (void)state;
    system_stand_in();
    facts.uid = getuid();
    facts.gid = getgid();
    strcpy(root, "/tmp/atelier-storage-test.XXXXXX");
    assert_non_null(mkdtemp(root));
    assert_non_null(realpath(root, real));
    strcpy(root, real); /* no component may be a symbolic link */
    assert_true(snprintf(settings.mounts, sizeof(settings.mounts), "%s", root) <
                (int)sizeof(settings.mounts));
    snprintf(settings.nfs, sizeof(settings.nfs), "%s/tests/storage/stand_in_client",
             build ? build : ".");
    make_run();
    add_volume("one", "store1");
    add_volume("two", "store2");
    add_volume("three", "store1");
    if (getuid() == 0) /* only root can open as another user */
        add_mounts();
    return 0;
}

static int tear_down(void **state)
{
    char path[PATH_MAX + 8];

    (void)state;
    for (size_t i = 0; i < plan.volume_count; i++) {
        snprintf(path, sizeof(path), "%s/%s", root, plan.volumes[i].name);
        rmdir(path);
    }
    for (size_t i = 0; i < plan.mount_count; i++) {
        snprintf(path, sizeof(path), "%s/%s", root, plan.mounts[i].name);
        rmdir(path);
    }
    snprintf(path, sizeof(path), "%s/%s", settings.run, facts.node);
    assert_int_equal(rmdir(path), 0); /* no note is left */
    rmdir(settings.run);
    return rmdir(root);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 64; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static int start(struct storage *storage, struct error *error)
{
    struct deadline deadline = deadline_after(4000);

    return namespace_enter(error) < 0 ||
                   storage_start(storage, &settings, &plan, &identity, &facts, &deadline,
                                 error) < 0
               ? -1
               : 0;
}

static void assert_nothing_left(void)
{
    assert_int_equal(system_stand->mounted_count, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void end(struct storage *storage)
{
    struct record *report = record_create();

    system_stand->failing_call = 0;
    storage_end(storage, report);
    assert_string_equal(record_get(report, "one.bytes_read"), "11");
    assert_string_equal(record_get(report, "two.bytes_written"), "22");
    record_destroy(report);
    unmount_by_force(root, &plan);
}

static void test_mounts_all_volumes_and_ends(void **state)
{
    struct storage storage;
    struct error error = NO_ERROR;

    (void)state;
    system_fail_call(0);
    if (start(&storage, &error) < 0)
        fail_msg("%s", error.text);
    assert_int_equal(system_stand->mounted_count, shown);
    assert_int_equal(storage.client_count, 2);
    assert_int_equal(unmount_in_order(root, &plan, 1000), 0);
    end(&storage);
    assert_nothing_left();
}

static char looked_at[PATH_MAX], reported[PATH_MAX];

static enum hearing note_look(struct job_volume *volume, const char *path)
{
    (void)volume;
    snprintf(looked_at, sizeof(looked_at), "%s", path);
    return HEARING_SILENCE;
}

static void note_report(const struct plan_volume *volume, const char *path,
                        struct record *report)
{
    (void)volume;
    (void)report;
    snprintf(reported, sizeof(reported), "%s", path);
}

/* The volume itself has no mount that stays. */
static void test_looks_where_a_part_of_a_volume_is_mounted(void **state)
{
    static const struct kind kind = {.look = note_look, .report = note_report};
    static struct plan parts = {.volume_count = 1, .mount_count = 1};
    static struct storage storage = {.root = root, .plan = &parts, .above_shared = -1};
    struct record *report = record_create();
    char part[PATH_MAX + 8];

    (void)state;
    system_fail_call(0);
    strcpy(parts.volumes[0].name, "data");
    parts.volumes[0].parts_only = true;
    strcpy(parts.mounts[0].name, "part");
    server_client_init(&storage.clients[storage.client_count++]);
    storage.volumes[storage.volume_count++] = (struct job_volume){
        .plan = &parts.volumes[0], .kind = &kind, .client = &storage.clients[0]};
    snprintf(part, sizeof(part), "%s/part", root);
    assert_int_equal(storage_look(&storage, 0), HEARING_SILENCE);
    assert_string_equal(looked_at, part);
    storage_end(&storage, report);
    assert_string_equal(reported, part);
    record_destroy(report);
}

static void undo_all_when_any_call_fails(int cause)
{
    struct storage storage;
    int descriptors = open_descriptors();
    unsigned call;

    system_stand->cause = cause;
    for (call = 1; call < CALLS_MAX; call++) {
        struct error error = NO_ERROR;

        system_fail_call(call);
        if (start(&storage, &error) == 0)
            break;
        assert_int_not_equal(error.party, ERROR_NONE);
        assert_true(strlen(error.text) > 10);
        assert_nothing_left();
        assert_int_equal(open_descriptors(), descriptors);
    }
    assert_between(call, 20, CALLS_MAX - 1);
    assert_true(system_stand->calls <
                call); /* the loop met every call of a whole start */
    end(&storage);
    assert_int_equal(open_descriptors(), descriptors);
}

static void test_undoes_all_when_any_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        undo_all_when_any_call_fails(causes[i]);
}

static void undo_scratch_when_any_call_fails(int cause)
{
    int descriptors = open_descriptors();
    unsigned call;

    system_stand->cause = cause;
    for (call = 1; call < CALLS_MAX; call++) {
        struct error error = NO_ERROR;

        system_fail_call(call);
        if (namespace_make_scratch(root, &plan, getuid(), getgid(), &error) == 0)
            break;
        assert_int_not_equal(error.party, ERROR_NONE);
        assert_nothing_left();
        assert_int_equal(open_descriptors(), descriptors);
    }
    assert_between(call, 10, CALLS_MAX - 1);
    assert_int_equal(system_stand->mounted_count, shown);
    assert_int_equal(open_descriptors(), descriptors);
    unmount_by_force(root, &plan);
    assert_nothing_left();
}

static void test_undoes_scratch_when_any_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        undo_scratch_when_any_call_fails(causes[i]);
}

static void test_identity_survives_any_failing_call(void **state)
{
    struct deadline deadline = deadline_after(2000);
    int descriptors = open_descriptors();
    unsigned call;

    (void)state;
    for (call = 1; call < CALLS_MAX; call++) {
        struct identity found;
        struct error error = NO_ERROR;

        system_fail_call(call);
        if (identity_find(&found, getuid(), getgid(), &deadline, &error) == 0) {
            assert_true(strlen(found.user) > 0);
            assert_true(strlen(found.gids) > 0);
            identity_release(&found);
            break;
        }
        assert_int_equal(error.party, ERROR_NODE);
        assert_nothing_left();
    }
    assert_int_equal(call, 3);
    assert_int_equal(open_descriptors(), descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mounts_all_volumes_and_ends),
        cmocka_unit_test(test_looks_where_a_part_of_a_volume_is_mounted),
        cmocka_unit_test(test_undoes_all_when_any_call_fails),
        cmocka_unit_test(test_undoes_scratch_when_any_call_fails),
        cmocka_unit_test(test_identity_survives_any_failing_call),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
