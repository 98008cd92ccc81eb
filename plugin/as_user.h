/* as_user.h: a look at the user's files, from a process of root.
 *
 * A volume's server may hang, and a file of the user's may be a trap: so the look is
 * taken by a child that has the user's rights alone, and whoever waits for it has a
 * deadline. A child that hangs in the kernel is left to init.
 */
#ifndef ATELIER_AS_USER_H
#define ATELIER_AS_USER_H

#include "lib/error.h"
#include "plugin/spank_job.h"

/* Runs `look` in such a child, for `milliseconds` at most. Returns what it returned, with
 * its `error`; or 0 when it did not end in time or could not be run, since then nothing
 * is known. For slurmstepd, before the step's tasks are there or after them: Slurm waits
 * for whatever children there are. */
int as_user(struct spank_handle *spank, const struct job *job, int milliseconds,
            int (*look)(const void *data, struct error *error), const void *data,
            struct error *error);

#endif
