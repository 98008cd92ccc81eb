/* command_change.h: what a command changes, once its answer is printed. */
#ifndef ATELIER_COMMAND_CHANGE_H
#define ATELIER_COMMAND_CHANGE_H

#include "cli/command_host.h"

#include <jansson.h>

/* Makes the answer's `changes`, each { verb, what, argv, seconds } of one of Slurm's
 * programs or of a file (file_edit.h), one by one after the user said yes (`confirmed`:
 * without asking); the first failure ends it. Then writes its `files`, each
 * { path, text }, whole or not at all. `name` is the command's, for sentences, and
 * `status` what the answer alone would end with: where it is COMMAND_PROBLEM, something
 * is left to be done, and what can be changed is. Returns the exit status. */
int command_changes_make(const struct command_context *context, const char *name,
                         const json_t *answer, int status);

#endif
