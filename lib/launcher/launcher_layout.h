/* launcher_layout.h: what a launcher is told of a step and of one of its tasks. */
#ifndef ATELIER_LAUNCHER_LAYOUT_H
#define ATELIER_LAUNCHER_LAYOUT_H

#include "lib/error.h"
#include "lib/hostlist.h"

#include <stdbool.h>

struct lua_State;

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

/* Whether all that a launcher may tell them apart by is the same. */
bool layout_is_same(const struct layout *one, const struct layout *other);

/* Whether they are of the same nodes, tasks and ports: what is expanded. */
bool layout_has_lists_of(const struct layout *one, const struct layout *other);

/* The rest is for those that run launchers. */

/* A layout with its texts expanded. */
struct expanded_layout {
    const struct layout *layout;
    struct hostlist nodes;
    unsigned *tasks_per_node;
    struct hostlist ports;
    bool borrowed; /* the lists are another one's */
};

/* Returns 0; or -1 with `error` filled (ERROR_NODE). Release it in either case. */
int expanded_layout_read(struct expanded_layout *expanded, const struct layout *layout,
                         struct error *error);
void expanded_layout_release(struct expanded_layout *expanded);

/* As expanded_layout_read, for a layout whose texts are those of `owner`, which must
 * outlive it. */
int expanded_layout_borrow(struct expanded_layout *expanded,
                           const struct expanded_layout *owner,
                           const struct layout *layout, struct error *error);

/* The rank of the task: Slurm's, or its place where the ranks follow the places. */
unsigned expanded_layout_rank(const struct expanded_layout *expanded);

/* Pushes a table of what is a list in it. May raise. */
void expanded_layout_push_lists(struct lua_State *state,
                                const struct expanded_layout *expanded);

/* Pushes the table that environment() gets; the lists are those of the table at `lists`,
 * where there is one and they are borrowed. May raise. */
void expanded_layout_push(struct lua_State *state, const struct expanded_layout *expanded,
                          int lists);

#endif
