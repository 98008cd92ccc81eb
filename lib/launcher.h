/* launcher.h: from a step's layout to the environment of one of its tasks.
 *
 * A launcher is a Lua file, LAUNCHERS/NAME.lua, a pure function (launchers/README.md has
 * its contract). It runs in task_init as the user, so it can do no more than the user's
 * own program.
 */
#ifndef ATELIER_LAUNCHER_H
#define ATELIER_LAUNCHER_H

#include "error.h"
#include "record.h"

#include <stdbool.h>
#include <stddef.h>

struct layout {
    unsigned job, step;
    const char *nodes;          /* the step's compressed host list, SLURM_STEP_NODELIST */
    const char *tasks_per_node; /* SLURM_STEP_TASKS_PER_NODE, "2(x3),1" */
    const char *reserved_ports; /* SLURM_STEP_RESV_PORTS, "12000-12003"; NULL when none */
    unsigned tasks;             /* world size */
    unsigned rank;              /* SLURM_PROCID */
    unsigned local_rank;        /* SLURM_LOCALID */
    unsigned node_rank;         /* SLURM_NODEID, relative in the step */
    unsigned cpus_per_task;     /* 0 when Slurm does not say */
};

/* The second table that a launcher may return holds defaults, which give way to what the
 * user or the policy has set; their keys have this before the name. */
#define LAUNCHER_DEFAULT_PREFIX "default."

/* Runs launcher `framework` of directory `launchers`. Returns 0 with `*environment` owned
 * by the caller; or -1 with `error` filled (ERROR_SITE, or ERROR_USER when no such
 * framework exists: the sentence lists those that do). */
int launcher_environment(struct record **environment, const char *launchers,
                         const char *framework, const struct layout *layout,
                         struct error *error);

/* Whether LAUNCHERS/framework.lua exists; -1 with `error` listing the known ones
 * otherwise. */
int launcher_exists(const char *launchers, const char *framework, struct error *error);

#endif
