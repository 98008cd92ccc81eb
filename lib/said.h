/* said.h: what a program says: kept in memory up to a bound, and the line of it that
 * tells why.
 */
#ifndef ATELIER_SAID_H
#define ATELIER_SAID_H

#include <stdbool.h>
#include <stddef.h>

/* One stream of a program. Zeroed: nothing is heard, and nothing was. */
struct said {
    int fd;     /* the reading end of its pipe; 0: there is none, or all is read */
    char *text; /* with its NUL, owned; NULL: nothing came */
    size_t length, size;
    size_t most; /* bytes that are kept */
    bool is_cut; /* more was said, or there was no memory for it: that is lost */
};

/* Makes a pipe, from which `most` bytes are kept at the most. Returns its writing end,
 * which is the program's; or -1 with errno set. */
int said_open(struct said *said, size_t most);

/* Reads what is there, without waiting, and no more than a pipe holds: a writer that is
 * faster than we are does not keep us. What passes the bound is read, too, since a full
 * pipe would stop the program. At its end the pipe is closed. */
void said_hear(struct said *said);

/* Forgets what came, for who takes it piece by piece: the bound is that of a piece. */
void said_forget(struct said *said);

/* Closes the pipe: nothing more is heard. */
void said_close(struct said *said);

/* Closes the pipe and frees the text. It may be called twice. */
void said_release(struct said *said);

/* Returns what came, "" for nothing. `said` owns it. */
const char *said_text(const struct said *said);

/* Copies what stands in the file `fd` to `text`: its beginning or, with `end`, its end,
 * as much as `size` allows, with a NUL. The file, which may be -1, is memory that was
 * given to a program as its standard error. Returns `text`. */
const char *said_in_file(int fd, bool end, char *text, size_t size);

/* A part of a text, not terminated. */
struct said_line {
    const char *text;
    int length; /* 0: there is none */
};

/* Returns the first or the last line of `text` that is not blank, without blanks at its
 * end. `text` may be NULL. */
struct said_line said_first_line(const char *text);
struct said_line said_last_line(const char *text);

/* Returns the line without "WORD: " before it, if that is there: a program's own name
 * helps at a terminal, not in a sentence. */
struct said_line said_without(struct said_line line, const char *word);

#endif
