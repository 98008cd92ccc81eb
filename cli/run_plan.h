/* run_plan.h: how many processes `atelier run` starts, and on how many nodes.
 *
 * Pure: Slurm's variables, the user's wishes and the launcher's word in, numbers out.
 */
#ifndef ATELIER_RUN_PLAN_H
#define ATELIER_RUN_PLAN_H

#include "error.h"
#include "framework.h"

#include <stdbool.h>

/* What Slurm says of the allocation. */
struct allocation {
    unsigned job;
    unsigned nodes;
    unsigned tasks;         /* SLURM_NTASKS; 0 when the job did not ask for a number */
    unsigned cpus_per_task; /* at least 1 */
    unsigned room;          /* how many tasks of so many CPUs its CPUs can hold */
    unsigned room_of_least; /* how many the node with the fewest CPUs can hold */
    unsigned gpus;          /* of this node, and so of each; 0 for none */
};

struct run_wish {
    const char *framework; /* NAME[:SETTING,...]; "" for none */
    unsigned processes, workers;
    unsigned servers; /* parameter servers */
    bool has_processes, has_workers, has_servers;
};

struct run_plan {
    char framework[FRAMEWORK_TEXT_MAX + 1]; /* with ps=N where servers were asked for */
    unsigned nodes, tasks;
    unsigned tasks_of_node; /* of each, where they can be shared out evenly; or 0 */
    char mpi[NAME_LENGTH_MAX + 1];  /* what srun is to start MPI by; "" for none */
    char logs[NAME_LENGTH_MAX + 1]; /* "merged", "rank" or "role": what suits it */
};

/* Reads the environment. Returns 0; or -1 with `error` filled (ERROR_USER) outside of an
 * allocation. */
int allocation_read(struct allocation *allocation, struct error *error);

/* Returns 0; or -1 with `error` filled (ERROR_USER, or ERROR_SITE for a launcher that
 * cannot be read): one sentence that says which number does not fit. */
int run_plan_make(struct run_plan *plan, const struct run_wish *wish,
                  const struct allocation *allocation, const char *launchers,
                  struct error *error);

#endif
