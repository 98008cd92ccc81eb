/* program.h: running another program as root, from a process whose environment and
 * descriptors may come from anybody.
 */
#ifndef ATELIER_PROGRAM_H
#define ATELIER_PROGRAM_H

#include "error.h"

#include <stddef.h>

/* Runs words[0], an absolute path, with `words` (NULL-terminated), no environment but
 * SLURM_CONF (slurmd's own word, for Slurm's commands), descriptor 0 at /dev/null and
 * no others but 1 and 2. What it writes to those goes to `said`, cut to `size` bytes with
 * the NUL and without its last newline.
 *
 * Waits at most `milliseconds`, then kills its process group. A descendant that keeps
 * descriptor 1 or 2 open does not prolong the wait. Returns the exit status, 0 to 255; or
 * -1 with `error` filled (ERROR_NODE) when it cannot be started, is ended by a signal or
 * does not end in time. */
int program_run(char *const words[], int milliseconds, char *said, size_t size,
                struct error *error);

/* The same with `more`, PROGRAM_MORE_MAX "NAME=VALUE" at most and then NULL, in its
 * environment: for what is not to stand in a command line, which everybody on the node
 * reads. */
int program_run_with(char *const words[], char *const more[], int milliseconds,
                     char *said, size_t size, struct error *error);

#define PROGRAM_MORE_MAX 40

#endif
