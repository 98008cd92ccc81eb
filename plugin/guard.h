/* guard.h: what keeps a job's later step from running outside of its workspace when Slurm
 * loads the plugin no more.
 *
 * A plugin that was taken out of plugstack.conf cannot say so. But Slurm's own srun has
 * slurmstepd run the program that $SLURM_TASK_PROLOG names before each task. So the job's
 * steps, and salloc's shell, hand on that variable with a program of ours, which ends a
 * task that is outside; and every srun, sbatch and salloc that has the plugin takes the
 * variable away again: as long as all is well, nothing is run.
 */
#ifndef ATELIER_GUARD_H
#define ATELIER_GUARD_H

#include "lib/error.h"
#include "plugin/spank_job.h"

/* In a step: has what its tasks start be guarded, unless the user has a task prolog.
 * Returns 0, or -1 with `error` filled. */
int guard_set(struct spank_handle *spank, struct error *error);

/* In salloc: the same for what its shell starts. */
void guard_set_client(void);

/* In a client: the plugin is here. */
void guard_unset(void);

#endif
