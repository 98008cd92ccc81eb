/* command.h: the commands that are C, `atelier doctor` and `atelier run`; all others are
 * Lua modules (command_host.h).
 *
 * Each one takes the arguments after its noun, argv[0] being its whole name ("atelier
 * run"), reads them by argp and returns the exit status of the program. Wrong usage ends
 * in argp with COMMAND_USAGE. The latter returns what it ran, and 125 of its own.
 */
#ifndef ATELIER_COMMAND_H
#define ATELIER_COMMAND_H

#include "lib/settings.h"

enum {
    COMMAND_GOOD = 0,
    COMMAND_PROBLEM = 1, /* the answer is no: problems found, a refusal, a failed test */
    COMMAND_USAGE = 2    /* no answer: wrong usage, or a file or Slurm cannot be read */
};

typedef int command_function(int argc, char **argv, const struct settings *settings);

command_function command_doctor;

#endif
