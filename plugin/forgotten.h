/* forgotten.h: jobs whose keeper lives on this node although Slurm knows their end.
 *
 * It takes a slurmd and a slurmstepd that were killed together, on a node that was then
 * declared down: when it comes back, Slurm sends it no end of the job, and the keeper
 * waits for an epilog for ever. What a dead keeper left, the keeper's start removes by
 * itself (storage/stale_jobs.h); only Slurm knows whether a living one is still needed.
 */
#ifndef ATELIER_FORGOTTEN_H
#define ATELIER_FORGOTTEN_H

#include "job.h"
#include "settings.h"

/* Ends the keeper of one such job, if there is one besides `job`'s. Slurm is asked about
 * one job a prolog, and about each at most once an hour: the time of its run directory is
 * set to when that was. Only in the prolog; what is ended is in slurmd's log. */
void forgotten_end(const struct settings *settings, const struct job *job);

#endif
