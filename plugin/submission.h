/* submission.h: sbatch, salloc and srun, as the user who submits.
 *
 * What is refused here costs nobody anything. It can be by-passed, so nothing relies
 * on it.
 */
#ifndef ATELIER_SUBMISSION_H
#define ATELIER_SUBMISSION_H

#include "plugin/spank_job.h"
#include "plugin/options.h"
#include "plugin/site.h"

/* Makes the ATELIER_ variables defaults. Inside a job they do when somebody set them
 * there: what describes the job itself is no wish for another one. A new job that is
 * submitted inside a job also sheds what Slurm handed down of the outer job's options,
 * which would win over its own #SBATCH lines. */
void submission_take_defaults(enum place place);

/* Checks one option as soon as Slurm reads it. A wrong one ends the client after one
 * sentence to the user. */
void submission_check_option(enum option option, const char *value);

/* Checks the options together, when all are read, and hands on what Slurm does not. Ends
 * the client likewise. */
void submission_check(struct options *options, enum place place, const struct site *site,
                      struct spank_handle *spank);

/* The end of an srun: says what its user would not hear from Slurm. */
void submission_report(const struct site *site);

#endif
