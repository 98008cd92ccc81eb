/* log.c: writes the site's log, one structured line an event. */
#include "lib/log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 4096   /* bytes; what is longer is cut */
#define SYSLOG_US 100000 /* how long syslog's daemon may take to accept a line */

#define FILE_HEAD "%FT%T%z "        /* local time and its distance to UTC: ISO 8601 */
#define SYSLOG_HEAD "<29>%b %e %T " /* facility daemon, notice: RFC 3164 */

/* A process has one log, as it has one syslog: whoever finds something to note has not to
 * be handed the log by all of its callers. */
static char log_destination[4096] = "syslog";

struct log_line {
    char text[LINE_SIZE];
    size_t length;
};

/* Adds a byte, but keeps room for what ends a line: a closing quote and the newline. */
static void add_byte(struct log_line *line, char byte)
{
    if (line->length < LINE_SIZE - 3)
        line->text[line->length++] = byte;
}

static void add_text(struct log_line *line, const char *text)
{
    while (*text)
        add_byte(line, *text++);
}

static bool is_plain(const char *value)
{
    return *value && value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "abcdefghijklmnopqrstuvwxyz"
                                         "0123456789._:/@%+-")] == '\0';
}

/* Adds pairs of a backslash and its byte whole, so that no cut falls between them. */
static void add_quoted(struct log_line *line, const char *value)
{
    line->text[line->length++] = '"';
    for (; *value && line->length < LINE_SIZE - 4; value++) {
        unsigned char byte = (unsigned char)*value;

        if (byte == '"' || byte == '\\')
            add_byte(line, '\\');
        add_byte(line, byte < 0x20 || byte == 0x7f ? '?' : *value);
    }
    line->text[line->length++] = '"';
}

static void add_field(struct log_line *line, const char *key, const char *value)
{
    if (line->length + strlen(key) + 8 > LINE_SIZE)
        return;
    add_byte(line, ' ');
    add_text(line, key);
    add_byte(line, '=');
    if (is_plain(value))
        add_text(line, value);
    else
        add_quoted(line, value);
}

static void write_line(int fd, const struct log_line *line)
{
    ssize_t written = write(fd, line->text, line->length);

    (void)written; /* a full log must not stop a job */
}

/* Begins a line with its local time, and in a file with the distance to UTC. */
static void add_time(struct log_line *line, bool to_syslog)
{
    time_t now = time(NULL);
    struct tm local;
    char text[64];
    size_t length = localtime_r(&now, &local) == NULL ? 0
                    : to_syslog ? strftime(text, sizeof(text), SYSLOG_HEAD, &local)
                                : strftime(text, sizeof(text), FILE_HEAD, &local);

    memcpy(line->text, text, length);
    line->length = length;
}

/* Opens the file for each line: so a file that was rotated away is left at once, and no
 * descriptor stays open in the process, which is Slurm's. */
static void append_line(const char *path, const struct log_line *line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                  0640);

    if (fd < 0)
        return;
    write_line(fd, line);
    close(fd);
}

/* Sends the line without syslog(3), which waits until the daemon reads: any user may give
 * the daemon more than it can read. */
static void send_line(const struct log_line *line)
{
    struct sockaddr_un daemon = {.sun_family = AF_UNIX, .sun_path = _PATH_LOG};
    struct timeval patience = {.tv_usec = SYSLOG_US};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0)
        sendto(fd, line->text, line->length, MSG_NOSIGNAL, (struct sockaddr *)&daemon,
               sizeof(daemon));
    close(fd);
}

void log_open(const char *destination)
{
    snprintf(log_destination, sizeof(log_destination), "%s", destination);
}

void log_line(const char *event, const struct record *fields)
{
    bool to_syslog = strcmp(log_destination, "syslog") == 0;
    struct log_line line = {.length = 0};

    add_time(&line, to_syslog);
    add_text(&line, "atelier: ");
    add_text(&line, event);
    for (size_t i = 0; fields && i < record_count(fields); i++)
        add_field(&line, record_key(fields, i), record_value(fields, i));
    if (to_syslog) {
        send_line(&line);
        return;
    }
    line.text[line.length++] = '\n';
    if (strcmp(log_destination, "stderr") == 0)
        write_line(STDERR_FILENO, &line);
    else
        append_line(log_destination, &line);
}
