/* command_change.h: what a command changes, once its answer is printed. */
#ifndef ATELIER_COMMAND_CHANGE_H
#define ATELIER_COMMAND_CHANGE_H

#include "cli/command_host.h"

#include <jansson.h>

/* Makes the answer's `changes`, each { verb, what, argv, seconds } of one of Slurm's
 * programs, one by one after the user said yes (`confirmed`: without asking); the first
 * failure ends it. Then writes its `files`, each { path, text }, whole or not at all.
 * `name` is the command's, for sentences. Returns the exit status. */
int command_changes_make(const struct command_context *context, const char *name,
                         const json_t *answer);

#endif
