/* gpus_per_node.h: how many GPUs the job has on each of its nodes.
 *
 * Slurm tells a node its own number, and of --gpus=4 one may have three and another one.
 * slurmctld knows all: it is asked once a job, and the batch script hands the answer on,
 *
 *     ATELIER_GPUS_PER_NODE=3,1(x2)
 */
#ifndef ATELIER_GPUS_PER_NODE_H
#define ATELIER_GPUS_PER_NODE_H

#include "lib/error.h"
#include "lib/hostlist.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"

#define GPUS_PER_NODE "ATELIER_GPUS_PER_NODE"

/* Sets it for a job of these nodes: asks slurmctld, for 2 s at most, unless there is one
 * node or, in the tasks of a step, the job's script has handed it on. Returns 0, unset
 * where nobody answers; or -1 with `error` filled. */
int gpus_per_node_tell(struct spank_handle *spank, const struct step *step,
                       const struct settings *settings, const struct hostlist *nodes,
                       struct error *error);

/* The GPUs of each of `nodes`, malloc'ed: NULL where it is not set, or of other nodes. */
unsigned *gpus_per_node_read(struct spank_handle *spank, const struct hostlist *nodes);

#endif
