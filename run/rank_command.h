/* rank_command.h: the command of a rank, and whether it can be started here.
 *
 * A command is words that are executed as they are, or one text. A text without anything
 * that a shell would read is cut into words at its blanks, so that it can be looked at
 * beforehand; any other is `sh -c`'s.
 */
#ifndef ATELIER_RANK_COMMAND_H
#define ATELIER_RANK_COMMAND_H

#include "lib/error.h"

/* Sets `*words` to the words of `text`, which ends in NULL and is the caller's to free in
 * one free(). Returns 0, or -1 with `error` filled when memory is short or there is no
 * word. */
int rank_command_read(char ***words, const char *text, struct error *error);

/* Whether `words` can be started from this directory with this PATH: that the program is
 * there and executable, the interpreter that its first line names too, and, behind the
 * interpreters of scripts that people use, the script. Returns 0, or -1 with `error`
 * filled (ERROR_USER). */
int rank_command_check(char *const words[], struct error *error);

#endif
