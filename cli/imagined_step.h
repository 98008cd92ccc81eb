/* imagined_step.h: the tasks of a step that need not be, and what a launcher gives them.
 */
#ifndef ATELIER_IMAGINED_STEP_H
#define ATELIER_IMAGINED_STEP_H

#include "lib/error.h"
#include "lib/launcher/launcher.h"
#include "lib/settings.h"

#include <jansson.h>
#include <stdbool.h>

/* `tasks` tasks in blocks on `nodes` nodes, named node0, node1, ...; none is 0 but
 * cpus_per_task and gpus, where Slurm would not say. */
struct imagined_step {
    unsigned nodes, tasks, cpus_per_task;
    unsigned gpus; /* of each node */
};

/* Returns the array { rank, node, variables } of the first task and, if there is another,
 * the last; with `all` of every task. The caller owns it. `decided`, or NULL, is the
 * environment of the explanation: what the policy sets, for which a launcher's defaults
 * give way. Returns NULL with `error` filled when the framework has no launcher or its
 * launcher refuses. */
json_t *imagined_step_tasks(const struct launcher *launcher,
                            const struct imagined_step *step, bool all,
                            const json_t *decided, struct error *error);

#endif
