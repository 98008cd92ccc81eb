/* run_allocation.h: what Slurm says of the allocation that `atelier run` is in.
 *
 * It is read node by node, since no two nodes need be alike.
 */
#ifndef ATELIER_RUN_ALLOCATION_H
#define ATELIER_RUN_ALLOCATION_H

#include "lib/error.h"
#include "lib/hostlist.h"

#include <stdbool.h>

struct run_allocation {
    unsigned job;
    const char *component; /* of a heterogeneous job; NULL for other jobs */
    struct hostlist nodes;
    unsigned cpus_per_task; /* at least 1 */
    /* Of each node: */
    unsigned *room;      /* how many tasks of `cpus_per_task` CPUs its CPUs can hold */
    unsigned *gpus;      /* 0 for none */
    unsigned *tasks;     /* the job's own tasks; NULL when it did not ask for a number */
    unsigned task_count; /* the sum of `tasks`, or 0 */
    /* Whether --gpus-per-task or --ntasks-per-gpu binds GPUs to tasks. */
    bool has_bound_gpus;
    unsigned tasks_of_gpu; /* --ntasks-per-gpu, or 0 */
    unsigned step_gpus;    /* of all nodes: what a step gets without asking; 0: unknown */
    unsigned step_gpus_per_node; /* the same for each node */
};

/* Reads Slurm's variables and asks slurmctld. `component` is that of a heterogeneous job
 * ("0", "1", ...), NULL for its first and for all other jobs. Returns 0; or -1 with
 * `error` filled (ERROR_USER outside of an allocation, ERROR_SITE when Slurm does not
 * answer). Release it in either case. */
int run_allocation_read(struct run_allocation *allocation, const char *component,
                        struct error *error);
void run_allocation_release(struct run_allocation *allocation);

#endif
