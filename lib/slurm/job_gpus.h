/* job_gpus.h: how many GPUs a job has on each of its nodes.
 *
 * Slurm's variables tell a node only of its own GPUs, and --gpus=4 on two nodes may be
 * three of one and one of the other. `scontrol --details show job` tells of all nodes:
 *
 *     Nodes=n[1,3] CPU_IDs=0 Mem=0 GRES=gpu:a100:2(IDX:0-1),gpu:v100:0(IDX:)
 */
#ifndef ATELIER_JOB_GPUS_H
#define ATELIER_JOB_GPUS_H

#include "lib/error.h"
#include "lib/hostlist.h"

/* Reads what scontrol says of `job`; `text` may also tell of the other components of a
 * heterogeneous job. Returns the GPUs of each of `nodes`, malloc'ed, 0 for none; or NULL
 * with `error` filled (ERROR_SITE) when it does not tell of the job and all its nodes. */
unsigned *job_gpus_read(const char *text, unsigned job, const struct hostlist *nodes,
                        struct error *error);

#endif
