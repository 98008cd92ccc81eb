/* rank_command.h: the command of a rank, and whether it can be started here.
 *
 * A command is words that are executed as they are, or one text. A text in which a shell
 * would see only words is cut at its blanks, so that it can be checked beforehand; any
 * other is run by `sh -c`.
 */
#ifndef ATELIER_RANK_COMMAND_H
#define ATELIER_RANK_COMMAND_H

#include "lib/error.h"

#include <stdbool.h>

/* Sets `*words` to the words of `text`, which ends in NULL and is the caller's to free in
 * one free(). Returns 0, or -1 with `error` filled when memory is short or there is no
 * word. */
int rank_command_read(char ***words, const char *text, struct error *error);

/* Writes to `path` (PATH_MAX bytes) the executable file that a first word `name` starts
 * from this directory with this PATH. Returns whether there is one. */
bool rank_command_find(const char *name, char *path);

/* Checks that `words` can be started from this directory with this PATH: the program must
 * be there and executable, and so must the interpreter that its first line names; behind
 * usual interpreters, the script must be there as well. Returns 0, or -1 with `error`
 * filled (ERROR_USER). */
int rank_command_check(char *const words[], struct error *error);

#endif
