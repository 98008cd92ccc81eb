/* run_share.h: which node gets how many of the processes of `atelier run`. */
#ifndef ATELIER_RUN_SHARE_H
#define ATELIER_RUN_SHARE_H

#include "lib/error.h"
#include "run/run_allocation.h"

#include <stdbool.h>

struct share_wish {
    unsigned tasks;
    unsigned servers; /* parameter servers among them: one on each of the first nodes */
    bool is_default;  /* whether the user gave no number */
};

/* Returns the number of GPUs on all nodes. */
unsigned run_share_gpus(const struct run_allocation *allocation);

/* Fills tasks_of[] for each node: by GPUs, where each GPU has equally many processes; by
 * the job's own tasks, where those are meant; and otherwise as evenly as the nodes' CPUs
 * allow. Returns 0; or -1 with `error` filled (ERROR_USER) when the processes do not
 * fit. */
int run_share_out(unsigned *tasks_of, const struct share_wish *wish,
                  const struct run_allocation *allocation, struct error *error);

#endif
