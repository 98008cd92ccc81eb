/* step_layout.h: the layout of a task, as Slurm's variables tell it. */
#ifndef ATELIER_STEP_LAYOUT_H
#define ATELIER_STEP_LAYOUT_H

#include "lib/error.h"
#include "lib/launcher/launcher.h"
#include "plugin/job.h"

struct step_layout {
    struct layout layout; /* its texts are those below */
    char *nodes, *tasks_per_node, *reserved_ports, *gpus, *interface, *shared_directory;
};

/* Keeps the environment of the step as it is, for all layouts that are read later: what
 * the user and the policy have set. In slurmstepd, before a launcher sets anything. */
void step_layout_keep_given(struct spank_handle *spank);

/* What was kept of `name`, or NULL. */
const char *step_layout_given(const char *name);

/* Fills `read` for the task that calls it in task_init. Returns 0, or -1 with `error`
 * filled; release it in either case. */
int step_layout_read(struct step_layout *read, struct spank_handle *spank,
                     const struct step *step, struct error *error);

/* Fills what all its tasks on this node have in common, in slurmstepd: all but the ranks.
 * As above. */
int step_layout_read_common(struct step_layout *read, struct spank_handle *spank,
                            const struct step *step, struct error *error);

void step_layout_release(struct step_layout *read);

#endif
