/* job_directories.h: the directories that each job has besides its volumes.
 *
 *     ROOT/.job-temp          on the node, for the job alone: a volume of kind local
 *     ROOT/.shared-job-temp   on a volume, where the policy says so: a mount
 *
 * Both appear at the same place on every node, so that a path of one holds on all.
 */
#ifndef ATELIER_JOB_DIRECTORIES_H
#define ATELIER_JOB_DIRECTORIES_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Adds both to the plan. Where the policy does not say where, the directory on the node
 * is made below STATE/temp, which is made first. Returns 0, or -1 with `error` filled. */
int job_directories_add(struct plan *plan, const struct settings *settings,
                        const struct facts *facts, struct error *error);

/* Returns the shared directory's mount; NULL when the job has none. */
const struct plan_mount *job_directories_shared(const struct plan *plan);

/* Returns whether this node is to remove what the job's nodes share, as the first of
 * them. */
bool job_directories_is_keeper_of_shared(const struct facts *facts);

#endif
