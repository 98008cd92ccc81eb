/* log_test.c: the lines of the log, and where it cannot be written. */
#include "tests/unit/unit.h"

#include "lib/log.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define TIME_SIZE 25 /* "2026-11-29T15:43:41+0100 " */

static char content[16384];

/* The log's text since the test began, as it is. */
static const char *logged_whole(void)
{
    FILE *file = fopen(scratch_path("log"), "r");
    size_t length = file ? fread(content, 1, sizeof(content) - 1, file) : 0;

    content[length] = '\0';
    if (file)
        fclose(file);
    return content;
}

/* The same without the time, with which each line must begin. */
static const char *logged(void)
{
    char *to = content;
    const char *from = logged_whole();

    while (*from) {
        size_t length;

        assert_int_equal(strspn(from, "0123456789-T:+ "), TIME_SIZE);
        from += TIME_SIZE;
        length = strcspn(from, "\n") + 1;
        memmove(to, from, length);
        to += length;
        from += length;
    }
    *to = '\0';
    return content;
}

/* What is sent to the syslog daemon goes to the test instead. */
ssize_t sendto(int fd, const void *data, size_t size, int flags,
               __CONST_SOCKADDR_ARG address, socklen_t length)
{
    struct sockaddr_un daemon = {.sun_family = AF_UNIX};

    assert_string_equal(((const struct sockaddr_un *)address.__sockaddr__)->sun_path,
                        "/dev/log");
    assert_int_equal(length, sizeof(daemon));
    snprintf(daemon.sun_path, sizeof(daemon.sun_path), "%s", scratch_path("daemon"));
    return syscall(SYS_sendto, fd, data, size, flags, &daemon, sizeof(daemon));
}

static int syslog_daemon(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", scratch_path("daemon"));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static struct record *one_field(const char *key, const char *value)
{
    struct record *record = record_create();

    assert_int_equal(record_set(record, key, value), 0);
    return record;
}

static void fields_make_a_line(void **state)
{
    struct record *fields = one_field("job", "7");

    (void)state;
    log_open(scratch_path("log"));
    record_set(fields, "path", "/a-b_c.d:e@f%g+h");
    record_set(fields, "empty", "");
    record_set(fields, "error", "a \"b\" \\ c");
    log_line("mounted", fields);
    log_line("done", NULL);
    assert_string_equal(logged(),
                        "atelier: mounted job=7 path=/a-b_c.d:e@f%g+h empty=\"\" "
                        "error=\"a \\\"b\\\" \\\\ c\"\natelier: done\n");
    record_destroy(fields);
}

static void lines_begin_with_the_local_time(void **state)
{
    time_t now = time(NULL);
    struct tm then = {.tm_isdst = 0};
    char zone[8] = "";

    (void)state;
    setenv("TZ", "XYZ-5:30", 1);
    tzset();
    log_open(scratch_path("log"));
    log_line("seen", NULL);
    unsetenv("TZ");
    tzset();
    assert_int_equal(sscanf(logged_whole(), "%d-%d-%dT%d:%d:%d%5s atelier: seen\n",
                            &then.tm_year, &then.tm_mon, &then.tm_mday, &then.tm_hour,
                            &then.tm_min, &then.tm_sec, zone),
                     7);
    assert_string_equal(zone, "+0530");
    then.tm_year -= 1900;
    then.tm_mon--;
    assert_between(timegm(&then) - 19800, now, now + 60);
}

static void values_cannot_forge_lines(void **state)
{
    struct record *fields = one_field("error", "x\natelier: forged\x1b[2J\x7f");

    (void)state;
    log_open(scratch_path("log"));
    log_line("failed", fields);
    assert_string_equal(logged(), "atelier: failed error=\"x?atelier: forged?[2J?\"\n");
    record_destroy(fields);
}

/* What follows the value that begins at `value`, escapes understood. */
static const char *behind_value(const char *value)
{
    if (*value != '"')
        return value + strcspn(value, " \n");
    for (value++; *value && *value != '"'; value++)
        if (*value == '\\' && value[1])
            value++;
    return *value ? value + 1 : value;
}

/* Whatever the length, a line is one line of bounded size, whose quotes are closed. */
static void check_cut(const char *event, char byte, int length)
{
    struct record *fields = record_create();
    char value[4300];
    const char *line;

    memset(value, byte, (size_t)length);
    value[length] = '\0';
    record_set(fields, "v", value);
    record_set(fields, "after", "a b");
    unlink(scratch_path("log"));
    log_open(scratch_path("log"));
    log_line(event, fields);
    line = logged_whole();
    assert_between(strlen(line), 3900, 4096);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    line = behind_value(strstr(line, " v=") + 3);
    if (strncmp(line, " after=", 7) == 0)
        line = behind_value(line + 7);
    assert_string_equal(line, "\n");
    record_destroy(fields);
}

static void long_values_are_cut(void **state)
{
    (void)state;
    for (int length = 4000; length < 4200; length++) {
        check_cut("long", 'x', length);
        check_cut("long", ' ', length);
        check_cut("long", '"', length / 2);
    }
    check_cut("long", '"', 4200); /* two bytes each: an odd and an even place to cut */
    check_cut("longs", '"', 4200);
}

static void the_file_is_not_for_everybody(void **state)
{
    struct stat status;

    (void)state;
    log_open(scratch_path("log"));
    log_line("first", NULL);
    assert_int_equal(stat(scratch_path("log"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void a_rotated_file_is_left(void **state)
{
    (void)state;
    log_open(scratch_path("log"));
    log_line("first", NULL);
    assert_int_equal(rename(scratch_path("log"), scratch_path("log.1")), 0);
    log_line("second", NULL);
    assert_string_equal(logged(), "atelier: second\n");
}

static void what_cannot_be_logged_is_lost_quietly(void **state)
{
    (void)state;
    log_open(scratch_path("no/such/directory"));
    log_line("lost", NULL);
    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    log_open(scratch_path("fifo"));
    log_line("nobody reads", NULL); /* and nobody waits */
    log_open("/dev/full");
    log_line("no room", NULL);
}

static void stderr_can_be_the_log(void **state)
{
    FILE *file = fopen(scratch_path("log"), "w");
    int saved = dup(STDERR_FILENO);

    (void)state;
    assert_non_null(file);
    log_open("stderr");
    dup2(fileno(file), STDERR_FILENO);
    log_line("seen", NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    fclose(file);
    assert_string_equal(logged(), "atelier: seen\n");
}

static void a_line_for_syslog_has_its_head(void **state)
{
    int daemon = syslog_daemon();
    ssize_t length;

    (void)state;
    log_open("syslog");
    log_line("seen", NULL);
    length = read(daemon, content, sizeof(content) - 1);
    close(daemon);
    assert_true(length > 0);
    content[length] = '\0';
    assert_memory_equal(content, "<29>", 4); /* daemon.notice */
    assert_string_equal(content + strlen("<29>Nov 29 15:43:41 "), "atelier: seen");
}

static void nobody_waits_for_a_syslog_daemon_that_does_not_read(void **state)
{
    int daemon = syslog_daemon(), sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    time_t began = time(NULL);

    (void)state;
    while (sendto(sender, "x", 1, 0,
                  (struct sockaddr *)&(struct sockaddr_un){.sun_family = AF_UNIX,
                                                           .sun_path = "/dev/log"},
                  sizeof(struct sockaddr_un)) == 1)
        ;
    log_open("syslog");
    alarm((unsigned)patient(20));
    log_line("lost", NULL);
    alarm(0);
    assert_true(time(NULL) - began < patient(10));
    close(daemon);
    close(sender);
    log_line("nobody listens", NULL);
}

#define LOG_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(fields_make_a_line),
        LOG_TEST(values_cannot_forge_lines),
        LOG_TEST(long_values_are_cut),
        LOG_TEST(the_file_is_not_for_everybody),
        LOG_TEST(a_rotated_file_is_left),
        LOG_TEST(what_cannot_be_logged_is_lost_quietly),
        LOG_TEST(a_line_for_syslog_has_its_head),
        LOG_TEST(nobody_waits_for_a_syslog_daemon_that_does_not_read),
        LOG_TEST(stderr_can_be_the_log),
        LOG_TEST(lines_begin_with_the_local_time),
    };

    return RUN_TAP(tests);
}
