/* nfs_greeting_test.c: the kernel's first request, by a kernel that is a socket.
 *
 * libfuse is the machine's own but for one function, which fails where a test says so. */
#include "tests/unit/unit.h"

#include "nfs/greeting.h"
#include "nfs/session.h"

#include <dlfcn.h>
#include <errno.h>
#include <fuse_log.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define UNKNOWN_REQUEST 999

struct request {
    struct fuse_in_header header;
    struct fuse_init_in init;
};

struct answer {
    struct fuse_out_header header;
    struct fuse_init_out init;
};

static const struct fuse_lowlevel_ops operations;
static bool takes_no_descriptor;
static int pair[2]; /* the kernel's end and the client's */
static struct error error;

int fuse_session_mount(struct fuse_session *session, const char *place)
{
    int (*own)(struct fuse_session *, const char *);

    *(void **)&own = dlsym(RTLD_NEXT, "fuse_session_mount");
    if (!takes_no_descriptor)
        return own(session, place);
    fuse_log(FUSE_LOG_ERR, "fuse: not in this build\n");
    return -1;
}

static int set_up(void **state)
{
    (void)state;
    greeting_hear_libfuse();
    takes_no_descriptor = false;
    error = NO_ERROR;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair);
}

static int tear_down(void **state)
{
    (void)state;
    return close(pair[0]);
}

static void send_request(uint32_t opcode, uint32_t major, uint32_t flags)
{
    const struct request request = {
        .header = {.len = sizeof(request), .opcode = opcode, .unique = 7},
        .init = {.major = major, .minor = FUSE_KERNEL_MINOR_VERSION, .flags = flags}};

    assert_int_equal(send(pair[0], &request, sizeof(request), 0), sizeof(request));
}

static struct answer receive(void)
{
    struct answer answer = {.header.len = 0};
    ssize_t size = recv(pair[0], &answer, sizeof(answer), 0);

    assert_true(size >= (ssize_t)sizeof(answer.header));
    assert_int_equal(answer.header.unique, 7);
    return answer;
}

static int greet(struct fuse_session **session)
{
    *session = greeting_session(&operations, NULL, &error);
    assert_non_null(*session);
    return greeting_answer(*session, pair[1], &error);
}

static uint32_t flags_for(uint32_t offered)
{
    struct fuse_session *session;
    struct answer answer;

    send_request(FUSE_INIT, FUSE_KERNEL_VERSION, offered);
    assert_int_equal(greet(&session), 0);
    answer = receive();
    fuse_session_destroy(session);
    assert_int_equal(answer.header.error, 0);
    return answer.init.flags;
}

static void parallel_lookups_are_asked_for(void **state)
{
    (void)state;
    assert_true(flags_for(FUSE_PARALLEL_DIROPS | FUSE_ASYNC_READ) & FUSE_PARALLEL_DIROPS);
}

static void what_the_kernel_has_not_is_not_asked_for(void **state)
{
    (void)state;
    assert_false(flags_for(FUSE_ASYNC_READ) & FUSE_PARALLEL_DIROPS);
}

static void later_requests_are_answered_to_the_kernel(void **state)
{
    struct fuse_buf buffer = {.mem = NULL};
    struct fuse_session *session;

    (void)state;
    send_request(FUSE_INIT, FUSE_KERNEL_VERSION, 0);
    assert_int_equal(greet(&session), 0);
    receive();
    send_request(UNKNOWN_REQUEST, 0, 0);
    assert_true(fuse_session_receive_buf(session, &buffer) > 0);
    fuse_session_process_buf(session, &buffer);
    assert_int_equal(receive().header.error, -ENOSYS);
    assert_int_equal(fuse_session_receive_buf(session, &buffer), -EAGAIN);
    fuse_session_destroy(session);
    free(buffer.mem);
}

static void a_kernel_that_says_nothing_is_named(void **state)
{
    struct fuse_session *session;

    (void)state;
    assert_int_equal(greet(&session), -1);
    assert_string_equal(error.text,
                        "the kernel does not begin: Resource temporarily unavailable");
    fuse_session_destroy(session);
}

static void a_kernel_that_libfuse_refuses_is_named(void **state)
{
    struct fuse_session *session;

    (void)state;
    send_request(FUSE_INIT, 6, 0);
    assert_int_equal(greet(&session), -1);
    assert_contains(error.text, "does not answer the kernel's first request: ");
    assert_contains(error.text, "unsupported protocol version: 6.");
    fuse_session_destroy(session);
}

static void a_libfuse_without_what_is_needed_is_named(void **state)
{
    struct volume volume = {.name = "datasets"};

    (void)state;
    takes_no_descriptor = true;
    send_request(FUSE_INIT, FUSE_KERNEL_VERSION, 0);
    assert_int_equal(session_open(&volume, pair[1], &error), -1);
    assert_contains(error.text,
                    "cannot serve volume `datasets` through /dev/fuse: libfuse ");
    assert_contains(error.text, " takes no descriptor of the kernel's: ");
    assert_contains(error.text, "not in this build");
    session_close(&volume);
}

static void a_trial_needs_no_kernel(void **state)
{
    (void)state;
    assert_int_equal(session_try(&error), 0);
    takes_no_descriptor = true;
    assert_int_equal(session_try(&error), -1);
    assert_contains(error.text, "not in this build");
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parallel_lookups_are_asked_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_the_kernel_has_not_is_not_asked_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(later_requests_are_answered_to_the_kernel, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_kernel_that_says_nothing_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_kernel_that_libfuse_refuses_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_libfuse_without_what_is_needed_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_trial_needs_no_kernel, set_up, tear_down),
    };

    return RUN_TAP(tests);
}
