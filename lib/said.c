/* said.c: keeps what a program says, and finds the line of it that tells why. */
#include "lib/said.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 16384
#define PIPE_HOLDS (1u << 20) /* bytes, at the most: /proc/sys/fs/pipe-max-size */

int said_open(struct said *said, size_t most)
{
    int ends[2];

    *said = (struct said){.most = most};
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    said->fd = fcntl(ends[0], F_DUPFD_CLOEXEC, 3); /* never 0, which means none */
    close(ends[0]);
    if (said->fd < 0) {
        said->fd = 0;
        close(ends[1]);
        return -1;
    }
    fcntl(said->fd, F_SETFL, O_NONBLOCK);
    return ends[1];
}

/* Doubles the room, as far as the bound allows. */
static void make_room(struct said *said, size_t wanted)
{
    size_t size = 2 * (said->length + wanted) + 1;
    char *text;

    size = size < said->most + 1 ? size : said->most + 1;
    if (said->length + wanted < said->size || size <= said->size)
        return;
    text = realloc(said->text, size);
    if (!text)
        return;
    said->text = text;
    said->size = size;
}

static void keep(struct said *said, const char *part, size_t length)
{
    size_t room;

    make_room(said, length);
    room = said->size > 0 ? said->size - 1 - said->length : 0;
    if (length > room) {
        said->is_cut = true;
        length = room;
    }
    if (said->size == 0)
        return;
    memcpy(said->text + said->length, part, length);
    said->length += length;
    said->text[said->length] = '\0';
}

void said_hear(struct said *said)
{
    char part[CHUNK];
    ssize_t length = 1;

    for (size_t heard = 0;
         said->fd > 0 && length > 0 && heard<PIPE_HOLDS; heard += length> 0
             ? (size_t)length
             : 0) {
        length = read(said->fd, part, sizeof(part));
        if (length > 0)
            keep(said, part, (size_t)length);
        else if (length == 0 || (errno != EAGAIN && errno != EINTR))
            said_close(said);
    }
}

void said_forget(struct said *said)
{
    said->length = 0;
    if (said->text)
        said->text[0] = '\0';
}

void said_close(struct said *said)
{
    if (said->fd > 0)
        close(said->fd);
    said->fd = 0;
}

void said_release(struct said *said)
{
    said_close(said);
    free(said->text);
    *said = (struct said){.fd = 0};
}

const char *said_text(const struct said *said)
{
    return said->text ? said->text : "";
}

const char *said_in_file(int fd, bool end, char *text, size_t size)
{
    off_t whole = fd < 0 || !end ? 0 : lseek(fd, 0, SEEK_END);
    off_t begin = whole >= (off_t)size ? whole - (off_t)(size - 1) : 0;
    ssize_t length = fd < 0 ? 0 : pread(fd, text, size - 1, begin);

    text[length > 0 ? length : 0] = '\0';
    return text;
}

static bool is_blank(char byte)
{
    return byte == '\n' || byte == ' ' || byte == '\0';
}

/* Returns the line without the blanks at its end. */
static struct said_line line_of(const char *begin, const char *end)
{
    while (end > begin && is_blank(end[-1]))
        end--;
    return (struct said_line){begin, (int)(end - begin)};
}

struct said_line said_first_line(const char *text)
{
    const char *begin = text ? text + strspn(text, " \n") : "";

    return line_of(begin, begin + strcspn(begin, "\n"));
}

struct said_line said_last_line(const char *text)
{
    struct said_line all =
        text ? line_of(text, text + strlen(text)) : (struct said_line){"", 0};
    const char *newline = memrchr(all.text, '\n', (size_t)all.length);

    return newline ? line_of(newline + 1, all.text + all.length) : all;
}

struct said_line said_without(struct said_line line, const char *word)
{
    int length = (int)strlen(word);

    if (line.length < length + 2 || strncmp(line.text, word, (size_t)length) != 0 ||
        strncmp(line.text + length, ": ", 2) != 0)
        return line;
    for (length++; length < line.length && line.text[length] == ' ';)
        length++;
    return (struct said_line){line.text + length, line.length - length};
}
