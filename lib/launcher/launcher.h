/* launcher.h: from a step's layout to the environment of one of its tasks.
 *
 * A launcher is a Lua file, LAUNCHERS/NAME.lua, a pure function (atelier-launcher(7) has
 * its contract). It runs in task_init as the user, so it can do no more than the user's
 * own program; or ahead of the tasks, where it is root's own (launcher_ahead.h).
 */
#ifndef ATELIER_LAUNCHER_H
#define ATELIER_LAUNCHER_H

#include "lib/error.h"
#include "lib/hostlist.h"
#include "lib/launcher/launcher_directory.h"
#include "lib/option/framework.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>

struct layout {
    unsigned job, step;
    const char *nodes;          /* the step's compressed host list, SLURM_STEP_NODELIST */
    const char *tasks_per_node; /* SLURM_STEP_TASKS_PER_NODE, "2(x3),1" */
    const char *reserved_ports; /* SLURM_STEP_RESV_PORTS, "12000-12003"; NULL when none */
    unsigned tasks;             /* world size */
    unsigned rank;              /* SLURM_PROCID */
    bool by_place; /* the ranks follow the user's own order (--distribution=arbitrary),
                      which no task knows: the launcher gets them in blocks instead */
    unsigned local_rank;    /* SLURM_LOCALID */
    unsigned node_rank;     /* SLURM_NODEID, relative in the step */
    unsigned cpus_per_task; /* 0 when Slurm does not say */
    unsigned restart;       /* how often the job was requeued, SLURM_RESTART_COUNT */
    unsigned gpus_on_node;  /* SLURM_GPUS_ON_NODE; 0 when there are none */
    /* What follows may be NULL: not known, or none. */
    const char *node;             /* this node's name */
    const char *gpus;             /* those that the task sees, CUDA_VISIBLE_DEVICES */
    const char *interface;        /* the network interface to use */
    const char *shared_directory; /* of the job, for all its nodes */
    const char *const *given; /* the step's environment, "NAME=VALUE", as it was before
                                 anything of ours, ended by NULL */
    bool is_starter; /* the task's command starts the processes itself: launcher_starter.h
                      */
};

/* The second table that a launcher may return holds defaults, which give way to what the
 * user or the policy has set; their keys have this before the name. */
#define LAUNCHER_DEFAULT_PREFIX "default."

/* So do those that say which process of which world the task is, by the kinds that the
 * launcher declares in its `variables` (atelier-launcher(7)). */
#define LAUNCHER_RANK_PREFIX "rank."

enum launcher_kind { LAUNCHER_SETS, LAUNCHER_RANKS, LAUNCHER_DEFAULTS };

/* What a key of the environment says of its variable, and the variable's name. */
enum launcher_kind launcher_kind(const char *key, const char **name);

/* All variables of one task: TF_CONFIG of 80,000 tasks has 2 MB. */
#define LAUNCHER_ENVIRONMENT_MAX (8 << 20) /* bytes */

#define LAUNCHER_NODE_SIZE 256 /* a host name, with its NUL */

/* Runs the launcher of `framework` in directory `launchers`. Returns 0 with
 * `*environment` owned by the caller; or -1 with `error` filled (ERROR_SITE, or
 * ERROR_USER when no such framework exists, its settings are wrong or the launcher
 * refuses the layout). */
int launcher_environment(struct record **environment, const char *launchers,
                         const struct framework *framework, const struct layout *layout,
                         struct error *error);

/* Whether the framework exists and its settings are right; as above, without a layout.
 * Runs no Lua where there are no settings. */
int launcher_check(const char *launchers, const struct framework *framework,
                   struct error *error);

/* Where the processes of a step meet, as its launcher's meeting() says, for the launch
 * check (atelier-launcher(7)). */
struct meeting {
    char node[LAUNCHER_NODE_SIZE]; /* where rank 0 listens */
    unsigned port;
    unsigned own_port; /* where this task listens; 0 when it does not */
    char *directory;   /* that all nodes must share; malloc'ed, NULL for none */
    unsigned rank;     /* this task's, as the launcher sees it */
    struct hostlist nodes;
    unsigned *tasks_per_node; /* of each of them */
};

/* Asks it. Returns 0, with `meeting` to be released; or -1 with `error` filled as
 * launcher_environment. */
int launcher_meeting(struct meeting *meeting, const char *launchers,
                     const struct framework *framework, const struct layout *layout,
                     struct error *error);
void launcher_meeting_release(struct meeting *meeting);

/* What a launcher says of itself: `title`, `example`, `mpi` (what srun is to start MPI
 * by) and `logs` ("merged", "rank" or "role"), which may be absent, and for each setting,
 * in the order of their names, `setting.NAME`: how it is written ("ps=N"), a tab, and
 * what it is. Returns as launcher_environment. */
int launcher_describe(struct record **description, const char *launchers,
                      const char *framework, struct error *error);

#define LAUNCHER_SETTING_PREFIX "setting."

#endif
