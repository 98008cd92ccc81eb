/* task_environment.h: what a task finds in its environment.
 *
 *     the job's variables (job_variables.h)
 *     the policy's variables
 *         only where the user has not set them: they are the site's defaults
 *     the launcher's variables (RANK, MASTER_ADDR, ...)
 *         the launcher's, which sees what the user has set of them; what another step of
 *         ours left is forgotten before (ours.h). Only in the tasks of an srun: a batch
 *         script is not rank 0 of anything, and the daemons of an MPI library, torchrun
 *         and their kind start ranks of their own (launcher_starter.h).
 *     other names of these (compat.h), where they are wanted
 */
#ifndef ATELIER_TASK_ENVIRONMENT_H
#define ATELIER_TASK_ENVIRONMENT_H

#include "lib/error.h"
#include "plugin/spank_job.h"
#include "plugin/start.h"

/* Whether the calling task is a rank: one that srun started, and no daemon that starts
 * ranks of its own. */
bool task_environment_is_rank(const struct start *start, struct spank_handle *spank);

/* Sets what all tasks of the step have on this node, in slurmstepd before there are
 * tasks: Slurm's way to set a variable costs microseconds in each. Returns 0, or -1 with
 * `error` filled. */
int task_environment_share(struct start *start, struct spank_handle *spank,
                           struct error *error);

/* Asks the launcher ahead for the tasks of this node, and sets what it gives all of them.
 * In slurmstepd, as the user: no launcher runs as root. What cannot be asked for is left
 * to the tasks. Returns 0, or -1 with `error` filled. */
int task_environment_ahead(struct start *start, struct spank_handle *spank,
                           struct error *error);

/* Sets the rest, in task_init. Returns 0, or -1 with `error` filled. */
int task_environment_set(struct start *start, struct spank_handle *spank,
                         struct error *error);

/* In a task of another node than the first, whether the launcher refuses the step's first
 * task with just this sentence, whatever that task's node is like. */
bool task_environment_is_refused_first(const struct start *start,
                                       struct spank_handle *spank,
                                       const struct error *error);

#endif
