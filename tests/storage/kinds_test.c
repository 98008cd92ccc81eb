/* kinds_test.c: as storage_test.c, for the kinds whose mounts are real.
 *
 * Every call fails once, in turn, in the keeper or in a child of its, and whatever was
 * mounted, made or started before is gone. This needs root, in a mount namespace of the
 * test's own. */
#include "tests/unit/unit.h"

#include "storage/identity.h"
#include "storage/mount/namespace.h"
#include "storage/system.h"
#include "storage/volume/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_MAX 400
#define TREE "/srv"                           /* a tmpfs of the test's own on it */
#define PLACE TREE "/scratch/atelier-scratch" /* root's, for all jobs */
#define LEFT PLACE "/atelier.left"            /* by a job that was killed */

static struct system real;
static struct shared {
    unsigned calls, failing_call;
    int cause; /* the errno it fails with */
} * shared;
static struct settings settings = {.mounts = TREE "/mounts"};
static struct facts facts = {.job = 7, .uid = 4242, .gid = 4242, .node = "n1"};
static struct plan plan;
static struct identity identity;

static bool fails(void)
{
    if (++shared->calls != shared->failing_call)
        return false;
    errno = shared->cause;
    return true;
}

static int try_mount(const char *source, const char *target, const char *type,
                     unsigned long flags, const void *options)
{
    return fails() ? -1 : real.mount(source, target, type, flags, options);
}

static int try_mkdirat(int directory, const char *path, mode_t mode)
{
    return fails() ? -1 : real.mkdirat(directory, path, mode);
}

static int try_openat(int directory, const char *path, int flags)
{
    return fails() ? -1 : real.openat(directory, path, flags);
}

/* In the place of those that everything else is linked with. */
int __real_socketpair(int domain, int type, int protocol, int sockets[2]);
int __wrap_socketpair(int domain, int type, int protocol, int sockets[2]);
pid_t __real_fork(void);
pid_t __wrap_fork(void);

int __wrap_socketpair(int domain, int type, int protocol, int sockets[2])
{
    return fails() ? -1 : __real_socketpair(domain, type, protocol, sockets);
}

pid_t __wrap_fork(void)
{
    return fails() ? -1 : __real_fork();
}

static int try_memfd(const char *name)
{
    return fails() ? -1 : real.memfd(name);
}

static int try_fchown(int fd, uid_t owner, gid_t group)
{
    return fails() ? -1 : real.fchown(fd, owner, group);
}

static struct plan_volume *add_volume(const char *kind)
{
    struct plan_volume *volume = &plan.volumes[plan.volume_count++];

    snprintf(volume->name, sizeof(volume->name), "%s%zu", kind, plan.volume_count);
    snprintf(volume->kind, sizeof(volume->kind), "%s", kind);
    volume->deadline_ms = 3000;
    return volume;
}

static void make_plan(void)
{
    static const char command[] = "/usr/bin/mount\0-t\0tmpfs\0none\0";
    struct plan_volume *volume = add_volume("bind");

    strcpy(volume->path, TREE "/site");
    strcpy(volume->place, TREE "/place");
    volume->read_only = true;
    strcpy(add_volume("local")->path, TREE "/scratch");
    strcpy(add_volume("local")->size, "1m");
    memcpy(add_volume("command")->command, command, sizeof(command));
}

static int set_up(void **state)
{
    (void)state;
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("test", TREE, "tmpfs", 0, "mode=0755") || mkdir(TREE "/site", 0755) ||
        mkdir(TREE "/place", 0755) || mkdir(TREE "/scratch", 0755) ||
        mkdir(TREE "/mounts", 0755))
        return -1;
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    make_plan();
    real = system_calls;
    system_calls.mount = try_mount;
    system_calls.mkdirat = try_mkdirat;
    system_calls.openat = try_openat;
    system_calls.memfd = try_memfd;
    system_calls.fchown = try_fchown;
    return 0;
}

static size_t read_mounts(char *text, size_t size)
{
    FILE *file = fopen("/proc/self/mountinfo", "r");
    size_t length = fread(text, 1, size - 1, file);

    text[length] = '\0';
    fclose(file);
    return length;
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 64; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* What sweeps the others' scratch is nobody's child, and may not have been started. */
static void assert_scratch_gone(void)
{
    rmdir(LEFT);
    for (int i = 0; i < 1000 && rmdir(PLACE) < 0 && errno == ENOTEMPTY; i++)
        poll(NULL, 0, 10);
    assert_int_equal(rmdir(TREE "/scratch"), 0);
    assert_int_equal(mkdir(TREE "/scratch", 0755), 0);
}

static void assert_nothing_left(const char *mounts, int descriptors)
{
    char now[65536];

    read_mounts(now, sizeof(now));
    assert_string_equal(now, mounts);
    assert_int_equal(open_descriptors(), descriptors);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_scratch_gone();
}

static int start(struct storage *storage, unsigned failing_call, struct error *error)
{
    struct deadline deadline = deadline_after(6000);

    mkdir(PLACE, 0711);
    mkdir(LEFT, 0700);
    shared->calls = 0;
    shared->failing_call = failing_call;
    return storage_start(storage, &settings, &plan, &identity, &facts, &deadline, error);
}

static void undo_all_when_any_call_fails(int cause)
{
    static char mounts[65536];
    struct storage storage;
    struct record *report = record_create();
    int descriptors = open_descriptors();
    unsigned call, ignored = 0;

    shared->cause = cause;
    read_mounts(mounts, sizeof(mounts));
    for (call = 1; call < CALLS_MAX; call++) {
        struct error error = NO_ERROR;

        if (start(&storage, call, &error) == 0) {
            if (shared->calls < call)
                break;
            ignored++; /* the sweeper's: the job does not need it */
            shared->failing_call = 0;
            storage_end(&storage, report);
        } else if (error.party == ERROR_NONE || strlen(error.text) < 10) {
            fail_msg("call %u fails without a sentence: %s", call, error.text);
        }
        shared->failing_call = 0;
        assert_nothing_left(mounts, descriptors);
    }
    assert_between(call, 60, CALLS_MAX - 1);
    assert_between(ignored, 1, 3);
    assert_int_equal(access(TREE "/mounts/bind1", F_OK), 0);
    storage_end(&storage, report);
    record_destroy(report);
    assert_nothing_left(mounts, descriptors);
}

static void undoes_all_when_any_call_fails(void **state)
{
    static const int causes[] = {ENOMEM, EMFILE, ENOSPC, EINTR};

    (void)state;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        undo_all_when_any_call_fails(causes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(undoes_all_when_any_call_fails)};

    if (geteuid() != 0) {
        printf("1..0 # SKIP needs root\n");
        return 0;
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
