/* launcher_ahead.h: what a launcher gives the tasks of a node, asked for before there are
 * any.
 *
 * Each task is a process that was just forked, in which the first use of anything costs a
 * page fault: one process runs the launcher for all in a fraction of the time. It does so
 * in a thread, whose memory the C library keeps apart: between the pieces of slurmstepd's
 * own it would leave each task a heap in which Slurm's spank_setenv, that clears 256 KiB,
 * finds no place but new pages.
 */
#ifndef ATELIER_LAUNCHER_AHEAD_H
#define ATELIER_LAUNCHER_AHEAD_H

#include "lib/launcher/launcher.h"

/* Loads the launcher, expands the lists that the `count` layouts have in common, and runs
 * it for one after the other as long as `milliseconds` are not over: what is left then is
 * left to the tasks, which run all at once. So is what fails, and says why there. Only of
 * files that nobody but root can change. The texts of the layouts must stay where they
 * are; a second call forgets the first. */
void launcher_ahead(const char *launchers, const struct framework *framework,
                    const struct layout *layouts, size_t count, int milliseconds);

/* Whether it gave anything for this framework: its settings are right then. */
bool launcher_ahead_has(const char *launchers, const struct framework *framework);

/* The variables, no defaults and none of ours (ATELIER_), that all tasks of the node have
 * with the same value: NULL, or none, where not all were asked for. */
const struct record *launcher_ahead_common(void);

/* What launcher_environment would give, or NULL where it was not asked for ahead with
 * just this. Owned by launcher_ahead, as the above. */
const struct record *launcher_ahead_environment(const char *launchers,
                                                const struct framework *framework,
                                                const struct layout *layout);

#endif
