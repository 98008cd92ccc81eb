/* slurm_command.h: Slurm's own programs, whose text formats are stable between releases.
 *
 * They run as the user who is asking and are found in the user's PATH, never by a shell,
 * with no input, and are killed at a deadline.
 */
#ifndef ATELIER_SLURM_COMMAND_H
#define ATELIER_SLURM_COMMAND_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SLURM_COMMAND_MS 10000 /* of one program */

/* One run of a program, argv[0] with the NULL-terminated `argv`. */
struct slurm_call {
    const char *const *argv;
    int milliseconds;
    char *text;         /* what it wrote to its output, malloc'ed; NULL when it failed */
    struct error error; /* why (ERROR_SITE): not installed, its own first line, too much
                           output, or its time is over */
};

/* Runs all of them at once and returns when the last has ended or was killed. */
void slurm_command_run_all(struct slurm_call *calls, size_t count);

/* The same in two parts, between which the caller does what else there is: starts them,
 * and waits for all of them and releases what was started (NULL for lack of memory, which
 * the calls' errors say). */
struct slurm_calls;

struct slurm_calls *slurm_command_start(struct slurm_call *calls, size_t count);
void slurm_command_finish(struct slurm_calls *started);

/* Kills them in place of waiting: their calls stay as they are. NULL is nothing. */
void slurm_command_abandon(struct slurm_calls *started);

/* Whether `program` is the name of one of Slurm's that a command may run, or of what
 * starts MPI where srun cannot. */
bool slurm_command_is_known(const char *program);

/* Runs argv[0] with the NULL-terminated `argv`. Returns what it wrote to its output,
 * malloc'ed; or NULL with `error` filled (ERROR_SITE) when it is not installed, fails
 * (with the first line that it said), says too much or does not end in time. */
char *slurm_command_run(const char *const argv[], struct error *error);

/* The same with a deadline of the caller's, for a program that starts jobs. */
char *slurm_command_run_within(const char *const argv[], int milliseconds,
                               struct error *error);

#endif
