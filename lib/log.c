#include "log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 4096 /* longer lines are cut */

static char log_destination[4096] = "syslog";

struct line {
    char text[LINE_SIZE];
    size_t length;
};

/* Room is kept for what ends a line: a closing quote and the newline. */
static void add_byte(struct line *line, char byte)
{
    if (line->length < LINE_SIZE - 3)
        line->text[line->length++] = byte;
}

static void add_text(struct line *line, const char *text)
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

/* A cut must not fall between a backslash and its byte, so pairs are added whole. */
static void add_quoted(struct line *line, const char *value)
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

static void add_field(struct line *line, const char *key, const char *value)
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

static void write_line(int fd, const struct line *line)
{
    ssize_t written = write(fd, line->text, line->length);

    (void)written; /* a full log must not stop a job */
}

/* Local time and its distance to UTC, as ISO 8601 has it. syslog adds its own. */
static void add_time(struct line *line)
{
    time_t now = time(NULL);
    struct tm local;
    char text[64];
    size_t length = strftime(text, sizeof(text), "%FT%T%z ", localtime_r(&now, &local));

    memcpy(line->text, text, length);
    line->length = length;
}

/* Opened for each line: a file that was rotated away is left at once, and no descriptor
 * of ours stays in the process that Slurm lent us. */
static void append_line(const char *path, const struct line *line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                  0640);

    if (fd < 0)
        return;
    write_line(fd, line);
    close(fd);
}

void log_open(const char *destination)
{
    snprintf(log_destination, sizeof(log_destination), "%s", destination);
}

void log_line(const char *event, const struct record *fields)
{
    bool to_syslog = strcmp(log_destination, "syslog") == 0;
    struct line line = {.length = 0};

    if (!to_syslog)
        add_time(&line);
    add_text(&line, "atelier: ");
    add_text(&line, event);
    for (size_t i = 0; fields && i < record_count(fields); i++)
        add_field(&line, record_key(fields, i), record_value(fields, i));
    if (to_syslog) {
        line.text[line.length] = '\0';
        syslog(LOG_DAEMON | LOG_NOTICE, "%s", line.text);
        return;
    }
    line.text[line.length++] = '\n';
    if (strcmp(log_destination, "stderr") == 0)
        write_line(STDERR_FILENO, &line);
    else
        append_line(log_destination, &line);
}
