/* slurm_option.h: Slurm's own variables for the plugin's options.
 *
 * Each is one of these prefixes and the option's name.
 */
#ifndef ATELIER_SLURM_OPTION_H
#define ATELIER_SLURM_OPTION_H

#include "lib/agreed.h"

#define SLURM_OPTION_FOR_STEP SLURM_OPTION_MARK /* srun sets it for its step */
#define SLURM_OPTION_INSIDE \
    "SLURM_SPANK_" SLURM_OPTION_MARK /* set in a job, for its clients and tasks */
#define SLURM_OPTION_FOR_PROLOG "SPANK_" SLURM_OPTION_MARK

/* What salloc adds to them, and what that is called in the job's prolog. */
#define SALLOC_MARK "ATELIER_SALLOC"
#define SALLOC_MARK_FOR_PROLOG "SPANK_" SALLOC_MARK

#endif
