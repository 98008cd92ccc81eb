/* command_host.h: the host of the commands that are Lua modules, atelier.command.NOUN.
 *
 * A command asks and answers in tables (lua/atelier/command_line/session.lua has the
 * contract); the system is here: it loads the policy, runs Slurm's programs, looks up
 * what else is asked for, prints, asks for confirmation and writes files.
 */
#ifndef ATELIER_COMMAND_HOST_H
#define ATELIER_COMMAND_HOST_H

#include "lib/settings.h"
#include "lib/slurm/slurm_record.h"

#include <stdbool.h>

struct command_context {
    const struct settings *settings;
    struct slurm_record *record; /* NULL: neither --record nor --replay */
    bool completes; /* the words are those of a line that is being typed: say what its
                       last may become */
};

/* Runs the command of `count` words, the first its noun. Returns the exit status, one of
 * command.h. */
int command_host_run(const struct command_context *context, int count, char **words);

/* Prints the commands, for the end of --help. Returns text that is malloc'ed, or NULL
 * with `error` filled. */
char *command_host_list(const struct settings *settings, struct error *error);

#endif
