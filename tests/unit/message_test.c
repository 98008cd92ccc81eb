/* message_test.c: records and descriptors over a socket, whole or refused. */
#include "tests/unit/unit.h"

#include "lib/message.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int ends[2];

static int open_pair(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int close_pair(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static struct record *greeting(void)
{
    struct record *record = record_create();

    assert_int_equal(record_set(record, "request", "join"), 0);
    return record;
}

static int send_greeting(int fd, struct error *error)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct record *record = greeting();
    int status = message_send(ends[0], record, fd, &deadline, error);

    record_destroy(record);
    return status;
}

/* Receives within `milliseconds` and expects a refusal that says `part`. */
static void refuse_receiving(int milliseconds, const char *part)
{
    struct deadline deadline = deadline_after(milliseconds);
    struct error error = NO_ERROR;
    struct record *record;
    int fd = 99;

    assert_int_equal(message_receive(ends[1], &record, &fd, &deadline, &error), -1);
    assert_null(record);
    assert_int_equal(fd, -1);
    assert_int_equal(error.party, ERROR_NODE);
    assert_contains(error.text, part);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void a_record_arrives(void **state)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct error error = NO_ERROR;
    struct record *record;
    int fd = 99;

    (void)state;
    assert_int_equal(send_greeting(-1, &error), 0);
    assert_int_equal(message_receive(ends[1], &record, &fd, &deadline, &error), 0);
    assert_string_equal(record_get(record, "request"), "join");
    assert_int_equal(fd, -1);
    record_destroy(record);
}

static void a_descriptor_comes_along(void **state)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct error error = NO_ERROR;
    struct stat sent, received;
    struct record *record;
    int fd, null = open("/dev/null", O_RDONLY);

    (void)state;
    assert_int_equal(send_greeting(null, &error), 0);
    assert_int_equal(message_receive(ends[1], &record, &fd, &deadline, &error), 0);
    assert_true(fd >= 0 && fd != null);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    fstat(null, &sent);
    fstat(fd, &received);
    assert_int_equal(sent.st_rdev, received.st_rdev);
    record_destroy(record);
    close(fd);
    close(null);
}

static void an_unwanted_descriptor_is_closed(void **state)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct error error = NO_ERROR;
    struct record *record;
    int before = open_descriptors();

    (void)state;
    assert_int_equal(send_greeting(STDERR_FILENO, &error), 0);
    assert_int_equal(message_receive(ends[1], &record, NULL, &deadline, &error), 0);
    assert_int_equal(open_descriptors(), before);
    record_destroy(record);
}

/* Sends `text` and `count` descriptors as no peer of ours would. */
static void send_raw(const char *text, size_t length, int count)
{
    union {
        char bytes[CMSG_SPACE(8 * sizeof(int))];
        struct cmsghdr header;
    } control = {.bytes = {0}};
    struct iovec part = {.iov_base = (char *)text, .iov_len = length};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};

    if (count > 0) {
        int fds[8] = {0};

        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
        memcpy(CMSG_DATA(&control.header), fds, (size_t)count * sizeof(int));
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
    }
    assert_int_equal(sendmsg(ends[0], &header, 0), length);
}

static void more_descriptors_do_not_stay_open(void **state)
{
    int before = open_descriptors();

    (void)state;
    for (int count = 2; count <= 8; count++) {
        struct deadline deadline = deadline_after(patient(1000));
        struct error error = NO_ERROR;
        struct record *record;
        int fd;

        send_raw("a=1", 4, count);
        assert_int_equal(message_receive(ends[1], &record, &fd, &deadline, &error), 0);
        assert_true(fd >= 0);
        close(fd);
        record_destroy(record);
        assert_int_equal(open_descriptors(), before);
    }
}

static void garbage_is_refused_with_its_descriptor(void **state)
{
    int before = open_descriptors();

    (void)state;
    send_raw("no record", 9, 1);
    refuse_receiving(patient(1000), "no record");
    assert_int_equal(open_descriptors(), before);
}

static void long_messages_are_refused(void **state)
{
    char *text = calloc(1, RECORD_SIZE_MAX + 1);
    int before = open_descriptors();

    (void)state;
    memset(text, 'a', RECORD_SIZE_MAX - 1);
    text[1] = '=';
    send_raw(text, RECORD_SIZE_MAX + 1, 1);
    refuse_receiving(patient(1000), "too long");
    assert_int_equal(open_descriptors(), before);
    free(text);
}

static void the_longest_record_arrives(void **state)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct error error = NO_ERROR;
    struct record *record = record_create(), *received;

    (void)state;
    assert_int_equal(record_setf(record, "k", "%0*d", RECORD_SIZE_MAX - 3, 7), 0);
    assert_int_equal(message_send(ends[0], record, -1, &deadline, &error), 0);
    assert_int_equal(message_receive(ends[1], &received, NULL, &deadline, &error), 0);
    assert_string_equal(record_get(received, "k"), record_get(record, "k"));
    record_destroy(record);
    record_destroy(received);
}

static void silence_ends_at_the_deadline(void **state)
{
    long long start = clock_milliseconds();

    (void)state;
    refuse_receiving(50, "in time");
    assert_between(clock_milliseconds() - start, 49, patient(2000));
}

static void a_closed_peer_is_noticed(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    shutdown(ends[0], SHUT_RDWR);
    refuse_receiving(patient(1000), "closed");
    assert_int_equal(send_greeting(-1, &error), -1); /* and no SIGPIPE */
    assert_int_equal(error.party, ERROR_NODE);
}

/* The peer does not read: sending fills the socket and then ends at its deadline. */
static void a_full_socket_ends_at_the_deadline(void **state)
{
    struct record *record = greeting();
    long long start = clock_milliseconds();
    struct error error = NO_ERROR;
    int sent = 0;

    (void)state;
    do {
        struct deadline deadline = deadline_after(50);

        if (message_send(ends[0], record, -1, &deadline, &error) < 0)
            break;
    } while (++sent < 100000);
    assert_between(sent, 1, 99999);
    assert_contains(error.text, "in time");
    assert_between(clock_milliseconds() - start, 49, patient(10000));
    record_destroy(record);
}

static void an_empty_record_is_not_sent(void **state)
{
    struct deadline deadline = deadline_after(patient(1000));
    struct record *record = record_create();
    struct error error = NO_ERROR;

    (void)state;
    assert_int_equal(message_send(ends[0], record, -1, &deadline, &error), -1);
    assert_contains(error.text, "empty");
    record_destroy(record);
}

static void a_listener_is_reached_by_its_path(void **state)
{
    const char *path = scratch_path("socket");
    struct deadline deadline = deadline_after(patient(1000));
    struct record *record = greeting(), *received;
    struct error error = NO_ERROR;
    struct stat status;
    int listener, client, server;

    (void)state;
    listener = message_listen(path);
    assert_true(listener >= 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    client = message_connect(path);
    assert_true(client >= 0);
    assert_int_equal(fcntl(client, F_GETFD), FD_CLOEXEC);
    assert_true(fcntl(client, F_GETFL) & O_NONBLOCK);
    server = accept(listener, NULL, NULL);
    assert_int_equal(message_send(client, record, -1, &deadline, &error), 0);
    assert_int_equal(message_receive(server, &received, NULL, &deadline, &error), 0);
    close(client);
    close(server);
    close(listener);
    record_destroy(record);
    record_destroy(received);
    assert_int_equal(message_connect(path), -1);
    assert_int_equal(errno, ECONNREFUSED);
}

static void missing_sockets_have_their_errno(void **state)
{
    char path[200];

    (void)state;
    assert_int_equal(message_connect(scratch_path("none")), -1);
    assert_int_equal(errno, ENOENT);
    memset(path, 'p', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(message_connect(path), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(message_listen(path), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(message_listen(scratch_path("no/socket")), -1);
    assert_int_equal(errno, ENOENT);
}

#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)
#define PATH_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_record_arrives),
        PAIR_TEST(a_descriptor_comes_along),
        PAIR_TEST(an_unwanted_descriptor_is_closed),
        PAIR_TEST(more_descriptors_do_not_stay_open),
        PAIR_TEST(garbage_is_refused_with_its_descriptor),
        PAIR_TEST(long_messages_are_refused),
        PAIR_TEST(the_longest_record_arrives),
        PAIR_TEST(silence_ends_at_the_deadline),
        PAIR_TEST(a_closed_peer_is_noticed),
        PAIR_TEST(a_full_socket_ends_at_the_deadline),
        PAIR_TEST(an_empty_record_is_not_sent),
        PATH_TEST(a_listener_is_reached_by_its_path),
        PATH_TEST(missing_sockets_have_their_errno),
    };

    return RUN_TAP(tests);
}
