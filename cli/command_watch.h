/* command_watch.h: a program of Slurm's whose words a command reads while it runs.
 */
#ifndef ATELIER_COMMAND_WATCH_H
#define ATELIER_COMMAND_WATCH_H

#include "cli/command_host.h"
#include "lib/policy/policy_engine.h"

/* Runs the program of `question`, hands what it writes to session.lua's `heard` as it
 * comes, several times a second also when it is silent, and ends it by SIGTERM, then
 * SIGKILL, when that says that it is enough. A replay hears what was recorded, at once.
 * Returns 0 with the answer given to session.lua, or -1 with `error` filled. */
int command_watch(const struct command_context *context, struct policy_engine *engine,
                  const json_t *question, struct error *error);

#endif
