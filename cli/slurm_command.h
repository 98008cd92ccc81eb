/* slurm_command.h: Slurm's own programs, whose text formats are stable between releases.
 *
 * They run as the user who is asking and are found in the user's PATH, never by a shell,
 * with no input, and are killed at a deadline.
 */
#ifndef ATELIER_SLURM_COMMAND_H
#define ATELIER_SLURM_COMMAND_H

#include "error.h"

#include <jansson.h>

#define SLURM_COMMAND_MS 10000 /* of one program */

/* Runs argv[0] with the NULL-terminated `argv`. Returns what it wrote to its output,
 * malloc'ed; or NULL with `error` filled (ERROR_SITE) when it is not installed, fails
 * (with the first line that it said), says too much or does not end in time. */
char *slurm_command_run(const char *const argv[], struct error *error);

/* The same with a deadline of the caller's, for a program that starts jobs. */
char *slurm_command_run_within(const char *const argv[], int milliseconds,
                               struct error *error);

/* As slurm_command_run for a program that prints lines of fields separated by `|`.
 * Returns an array, which the caller owns, of one object for each line, with the fields
 * under the NULL-terminated `names` in their order. The last field takes the rest of the
 * line. */
json_t *slurm_command_rows(const char *const argv[], const char *const names[],
                           struct error *error);

/* The same of fields that users write, separated by SLURM_COMMAND_MARK. Fails
 * (ERROR_SITE) where a line has more or fewer marks than the names ask for: a word of the
 * user's that holds one, or a newline, would speak in the place of Slurm's. */
json_t *slurm_command_rows_of_users(const char *const argv[], const char *const names[],
                                    struct error *error);

#define SLURM_COMMAND_MARK "\x1f" /* ASCII's unit separator */

#endif
