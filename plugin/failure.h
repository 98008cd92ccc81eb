/* failure.h: what Slurm is told of a job that cannot start on this node.
 *
 * What everybody may read of it (fault.h) goes into the job's AdminComment, since the
 * job's stderr may lie on the very volume that is not there: that is what scontrol of
 * 22.05 can set and users cannot, and slurm_job_modify (lua/atelier/slurmctld/bridge.lua)
 * adds it to the record there. A salloc, whose allocation Slurm grants all the same, is
 * shown the whole sentence on its terminal.
 *
 * Where the policy says so, the job is requeued, at most FAILURE_REQUEUES times, which
 * counts every restart of it. That is done by root in the prolog: the job ends before its
 * tasks begin, and the node stays in service. What Slurm does not requeue (srun, salloc,
 * --no-requeue) fails with the sentence, as without the policy's word.
 */
#ifndef ATELIER_FAILURE_H
#define ATELIER_FAILURE_H

#include "lib/fault.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"

#include <stdbool.h>

/* Slurm waits for two minutes before it starts a requeued job again, unless the site has
 * another cred_expire: together, the time that a file server has to come back. */
#define FAILURE_REQUEUES 10

/* Tells Slurm of `fault`, for which a notice is made where it has none, and has the job
 * requeued where that says so. Only in the prolog. What goes wrong is in slurmd's log. */
void failure_tell(const struct settings *settings, const struct job *job,
                  const struct fault *fault);

/* Notes it in the epilog, when Slurm takes no note of most jobs any more: then it stands
 * in the accounting, and not in slurmctld's record. What goes wrong is in slurmd's log.
 */
void failure_note_end(const struct settings *settings, const struct job *job,
                      const char *notice);

/* Writes `notice` alone to the job's AdminComment, from a step of `nodes` nodes, as root.
 * What goes wrong is in slurmd's log. */
void failure_note(const struct settings *settings, const struct job *job, unsigned nodes,
                  const char *notice);

/* The same of a loss, which the epilog notes likewise: that Slurm takes no note any more,
 * since the job was cancelled, is not said. */
void failure_note_loss(const struct settings *settings, const struct job *job,
                       unsigned nodes, const char *notice);

#endif
