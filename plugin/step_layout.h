/* step_layout.h: the layout of a task, as Slurm's variables tell it. */
#ifndef ATELIER_STEP_LAYOUT_H
#define ATELIER_STEP_LAYOUT_H

#include "lib/error.h"
#include "lib/launcher/launcher_layout.h"
#include "plugin/spank_job.h"
#include "plugin/ours.h"

struct step_layout {
    struct layout layout; /* its texts are those below */
    char *nodes, *tasks_per_node, *reserved_ports, *gpus, *interface, *shared_directory;
};

/* Fills `read` for the task that calls it in task_init; what the step was given is that
 * of `ours`, which must outlive it. Returns 0, or -1 with `error` filled; release it in
 * either case. */
int step_layout_read(struct step_layout *read, struct spank_handle *spank,
                     const struct step *step, const struct ours *ours,
                     struct error *error);

/* Fills what all its tasks on this node have in common, in slurmstepd: all but the ranks.
 * As above. */
int step_layout_read_common(struct step_layout *read, struct spank_handle *spank,
                            const struct step *step, const struct ours *ours,
                            struct error *error);

void step_layout_release(struct step_layout *read);

#endif
