/* launcher_session.h: a launcher that is asked for all tasks of a node before there are
 * any, and what it said.
 *
 * Each task is a process that was just forked, in which the first use of anything costs a
 * page fault: one process runs the launcher for all in a fraction of the time. It does so
 * in a thread, whose memory the C library keeps apart: between the pieces of slurmstepd's
 * own it would leave each task a heap in which Slurm's spank_setenv, that clears 256 KiB,
 * finds no place but new pages.
 */
#ifndef ATELIER_LAUNCHER_SESSION_H
#define ATELIER_LAUNCHER_SESSION_H

#include "lib/launcher/launcher.h"

#include <stddef.h>

struct lua_host;

/* Loads the launcher, expands the lists that the `count` layouts have in common, and runs
 * it for one after the other as long as `milliseconds` are not over: what is left then is
 * left to the tasks, which run all at once. So is what fails, and says why there. The
 * launcher runs in slurmstepd here: only files are loaded that nobody but root can
 * change, and they get little memory and time. The texts of the layouts must stay where
 * they are. Returns the caller's own, or NULL where the launcher was not even loaded. */
struct launcher_session *launcher_session_create(const struct launcher *launcher,
                                                 const struct layout *layouts,
                                                 size_t count, int milliseconds);
void launcher_session_destroy(struct launcher_session *session);

/* `session` may be NULL for all below: it has nothing then. */

/* Whether it has any answer: the framework's settings are right then. */
bool launcher_session_has_answer(const struct launcher_session *session);

/* The variables, no defaults and none of ours (ATELIER_), that all tasks of the node have
 * with the same value: NULL, or none, where not all were asked for. The session's. */
const struct record *launcher_session_common(const struct launcher_session *session);

/* What launcher_environment would give, or NULL where it was not asked for ahead with
 * just this layout. The session's. */
const struct record *launcher_session_environment(const struct launcher_session *session,
                                                  const struct layout *layout);

/* The rest is for those that run launchers. */

/* The launcher as it was loaded, or NULL. Its table is on the stack, and what
 * expanded_layout_push_lists pushed, or nil. Who calls it gives it what a task may use.
 */
struct lua_host *launcher_session_host(const struct launcher_session *session);

/* As expanded_layout_read; with the lists that were expanded ahead, where they are
 * `layout`'s. */
int launcher_session_expand(const struct launcher_session *session,
                            struct expanded_layout *expanded, const struct layout *layout,
                            struct error *error);

#endif
