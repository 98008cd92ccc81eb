/* step_secret.h: what the tasks of a step know each other by at the launch check.
 *
 * srun makes it and hands it on in a variable of the step, which goes to the nodes in
 * srun's own request: the user and root can read it there, and nobody else. It is not in
 * the environment that the tasks get.
 *
 * Rejected: the job's record, which everybody can ask slurmctld for; an argument, which
 * `ps` shows; an entry of the job's control environment, which every prolog of the site
 * is given, and which is one for all steps.
 */
#ifndef ATELIER_STEP_SECRET_H
#define ATELIER_STEP_SECRET_H

#include "lib/error.h"
#include "lib/protocol/proof.h"
#include "plugin/spank_job.h"

/* It begins with SLURM, so that --export=NONE leaves it. */
#define STEP_SECRET_VARIABLE "SLURM_ATELIER_SECRET"

struct step_secret {
    bool is_known; /* not in a step of an srun without the plugin */
    struct proof_secret secret;
};

/* In srun: hands one on, the same for all components of a heterogeneous step. Returns 0,
 * or -1 with `error` filled. */
int step_secret_make(struct error *error);

/* In slurmstepd: keeps it, and takes it out of the step's environment. */
void step_secret_take(struct step_secret *secret, struct spank_handle *spank);

#endif
