/* run_plan.h: how many processes `atelier run` starts, and how many on which node.
 *
 * Pure: it takes the allocation, what the user asks for and what the launcher says, and
 * returns numbers.
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
    unsigned nodes, tasks; /* in all; `nodes` are those that have tasks */
    unsigned *tasks_of;    /* of each node of the allocation */
    /* Whether the first `nodes` nodes have the same number each, and the others none. */
    bool is_even;
    /* What the step must ask for to get all GPUs of its nodes; 0: nothing. */
    unsigned gpus;
    /* Tasks that share a GPU and are bound to it; 0: we bind none. */
    unsigned tasks_of_gpu;
    char mpi[NAME_LENGTH_MAX + 1]; /* how srun is to start MPI; "" for none */
    /* "merged", "rank" or "role", as the launcher says. */
    char logs[NAME_LENGTH_MAX + 1];
};

/* Makes the plan. Returns 0; or -1 with `error` filled (ERROR_USER, or ERROR_SITE for a
 * launcher that cannot be read): one sentence that says which number does not fit.
 * Release the plan in either case. */
int run_plan_make(struct run_plan *plan, const struct run_wish *wish,
                  const struct run_allocation *allocation, const char *launchers,
                  struct error *error);

/* Where a launcher's word is "pmix": puts "pmi2" in its place where the Slurm of this
 * machine has that and the program of `command` is one of MPICH's, few of which know
 * PMIx; and where Slurm has pmi2 alone, which is said.
 * Returns 0; or -1 with `error` filled: ERROR_SITE where it has neither, ERROR_USER where
 * the program is one of Open MPI's, which without PMIx would run as so many worlds of one
 * rank. Programs that are not there yet, and scripts, do not tell whose they are. */
int run_plan_choose_mpi(struct run_plan *plan, char *const command[],
                        struct error *error);

void run_plan_release(struct run_plan *plan);

#endif
