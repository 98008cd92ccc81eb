/* command.h: how `atelier` ends.
 *
 * `atelier run` (run/run.h) is C and returns what it ran, or 125 of its own; all other
 * commands are Lua modules (command_host.h).
 */
#ifndef ATELIER_COMMAND_H
#define ATELIER_COMMAND_H

enum {
    COMMAND_GOOD = 0,
    COMMAND_PROBLEM = 1, /* the answer is no: problems found, a refusal, a failed test */
    COMMAND_USAGE = 2    /* no answer: wrong usage, or a file or Slurm cannot be read */
};

#endif
