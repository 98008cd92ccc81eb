/* forgotten.h: jobs whose keeper lives on this node although Slurm knows their end.
 *
 * An epilog ends the keeper after every order of kills that was tried, also on a node
 * that was declared down meanwhile. This is for the ends that no epilog follows: a
 * slurmctld that lost its state, an epilog that was killed itself. What a dead keeper
 * left, the keeper's start removes (storage/stale_jobs.h); only Slurm knows whether a
 * living one is still needed.
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
