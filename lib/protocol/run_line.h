/* run_line.h: the lines of run_protocol.h, and who they are from. */
#ifndef ATELIER_RUN_LINE_H
#define ATELIER_RUN_LINE_H

#include "lib/protocol/proof.h"
#include "lib/protocol/run_protocol.h"

#include <stdarg.h>

/* Writes this side's first line, with its newline. Returns its length. */
size_t run_line_hello(const struct proof *proof, char line[RUN_LINE_SIZE]);

/* Takes the other side's first line, without its newline. Returns whether it is one. */
bool run_line_meet(struct proof *proof, const char *line);

/* Writes a line with its tag and its newline, cut where it is too long. Returns its
 * length, or 0 when the format fails. */
size_t run_line_write(struct proof *proof, char line[RUN_LINE_SIZE], const char *format,
                      va_list arguments) __attribute__((format(printf, 3, 0)));

/* Returns what the other side says in `line`, which has no newline; NULL when somebody
 * else sent the line. */
const char *run_line_read(struct proof *proof, const char *line);

/* Cuts the first line off the `*length` bytes that have been read to `buffer`, at most
 * RUN_LINE_SIZE. Returns the line without its newline, which holds until the next call;
 * NULL when no line is whole yet. */
const char *run_line_take(char *buffer, size_t *length);

#endif
