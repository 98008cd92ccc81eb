/* inherited.h: what is in a step's environment of another job, or of another task.
 *
 * sbatch and srun hand on the environment that they run in: in a job, its variables
 * (job_variables.h).
 */
#ifndef ATELIER_INHERITED_H
#define ATELIER_INHERITED_H

#include "plugin/spank_job.h"

/* Takes away the variables of an outer job that the step's own job may not set anew. To
 * be called before the step's own are set. */
void inherited_forget(struct spank_handle *spank, const struct step *step);

/* In a step of a job without a workspace: takes away all that the job which it was
 * submitted in had. The user's own defaults of options stay. */
void inherited_forget_all(struct spank_handle *spank, const struct step *step);

#endif
