/* layout.h: the tasks of a job that need not exist, and what a launcher gives them. */
#ifndef ATELIER_LAYOUT_H
#define ATELIER_LAYOUT_H

#include "error.h"
#include "settings.h"

#include <jansson.h>

/* For `tasks` tasks in blocks on `nodes` nodes, named node0, node1, ...: the array {
 * rank, node, variables } of the first task and, if there is another, the last, which
 * the caller owns. `decided` is the environment of the explanation: what the policy sets,
 * for which a launcher's defaults give way. Returns NULL with `error` filled when the
 * framework has no launcher or its launcher refuses. */
json_t *layout_tasks(const struct settings *settings, const char *framework,
                     unsigned nodes, unsigned tasks, unsigned cpus_per_task,
                     const json_t *decided, struct error *error);

/* The line that starts them, malloc'ed. */
char *layout_launch_line(unsigned nodes, unsigned tasks, unsigned cpus_per_task);

#endif
