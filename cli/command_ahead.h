/* command_ahead.h: a program of Slurm's that runs while the command decides whether
 * it needs the answer. */
#ifndef ATELIER_COMMAND_AHEAD_H
#define ATELIER_COMMAND_AHEAD_H

#include "lib/slurm/slurm_command.h"

#include <jansson.h>

/* One question's program; all zero: none. */
struct command_ahead {
    json_t *question;
    const char **argv; /* in the question */
    struct slurm_call call;
    struct slurm_calls *started;
};

/* Starts the program of the question, unless one runs already. Returns 0; or -1 with
 * `error` filled where a command may not run it. */
int command_ahead_begin(struct command_ahead *ahead, json_t *question,
                        struct error *error);

/* Waits for it. Returns its call, which stays `ahead`'s; NULL where none was begun. */
struct slurm_call *command_ahead_wait(struct command_ahead *ahead);

/* Kills the program, where it still runs, and frees what is left. */
void command_ahead_end(struct command_ahead *ahead);

#endif
