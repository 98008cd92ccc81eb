/* task.h: the start of a step, as root and as the user, and of each of its tasks, as the
 * user. */
#ifndef ATELIER_TASK_H
#define ATELIER_TASK_H

#include "plugin/spank_job.h"
#include "plugin/options.h"
#include "plugin/site.h"
#include "plugin/start.h"

/* Joins the step to its job's namespace, before Slurm opens the step's files, and does
 * what its tasks on this node have in common. Never fails: what went wrong waits in
 * the membership for the tasks. */
void task_step_begin(struct start *start, const struct site *site, struct options *asked,
                     struct spank_handle *spank);

/* Does as much as is worth it of what its tasks would do each, before they are there; as
 * the user, in the process that forks them. Never fails, as above. */
void task_step_prepare(struct start *start, struct spank_handle *spank);

/* The end of the step, as root: says why Slurm could not open its files, and notes it in
 * the job's AdminComment. */
void task_step_end(struct start *start, struct spank_handle *spank);

/* Prepares the calling task, or tells the user why it cannot run and ends it: it does not
 * return then, since a plugstack line that says "optional" turns any return into
 * success. */
void task_begin(struct start *start, const struct options *asked,
                struct spank_handle *spank);

/* A task has ended. When it is the node's last of the step, and the job lost data, notes
 * that in the job's record. In slurmstepd, as root. */
void task_end(struct start *start, struct spank_handle *spank);

#endif
