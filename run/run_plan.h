/* run_plan.h: how many processes `atelier run` starts, and how many on which node.
 *
 * Pure: the allocation, the user's wishes and the launcher's word in, numbers out.
 */
#ifndef ATELIER_RUN_PLAN_H
#define ATELIER_RUN_PLAN_H

#include "lib/error.h"
#include "lib/option/framework.h"
#include "run/run_allocation.h"

#include <stdbool.h>

struct run_wish {
    const char *framework; /* NAME[:SETTING,...]; "" for none */
    unsigned processes, workers;
    unsigned servers; /* parameter servers */
    bool has_processes, has_workers, has_servers;
};

struct run_plan {
    char framework[FRAMEWORK_TEXT_MAX + 1]; /* with ps=N where servers were asked for */
    unsigned nodes, tasks;                  /* in all; of nodes those that have any */
    unsigned *tasks_of;                     /* of each node of the allocation */
    bool is_even;  /* those of the first `nodes` nodes are the same, and the others have
                      none */
    unsigned gpus; /* what the step must ask for to have all of its nodes; 0: nothing */
    unsigned tasks_of_gpu; /* that share one, each bound to it; 0: not bound by us */
    char mpi[NAME_LENGTH_MAX + 1];  /* what srun is to start MPI by; "" for none */
    char logs[NAME_LENGTH_MAX + 1]; /* "merged", "rank" or "role": what suits it */
};

/* Returns 0; or -1 with `error` filled (ERROR_USER, or ERROR_SITE for a launcher that
 * cannot be read): one sentence that says which number does not fit. Release it in either
 * case. */
int run_plan_make(struct run_plan *plan, const struct run_wish *wish,
                  const struct allocation *allocation, const char *launchers,
                  struct error *error);
void run_plan_release(struct run_plan *plan);

#endif
