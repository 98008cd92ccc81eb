/* compat.h: the variables that jobs of the managed service Batch AI found, for scripts
 * that were written for it: --compat=batchai.
 *
 * Each is another name of one of ours (job_variables.h) or of a launcher's; doc/
 * atelier-launcher.7 has the table. Job-level ones are in the batch step and in each
 * task, also under mpirun's daemon; those of a rank in ranks alone.
 */
#ifndef ATELIER_COMPAT_H
#define ATELIER_COMPAT_H

#include "lib/agreed.h"
#include "lib/error.h"
#include "plugin/spank_job.h"
#include "plugin/ours.h"

#include <stdbool.h>
#include <stddef.h>

/* Takes away what a job with them handed on, before there are tasks. Returns 0, or -1
 * with `error` filled. */
int compat_take_away(struct spank_handle *spank, struct error *error);

/* The name at `index` of those that are in ranks alone; NULL behind the last one. */
const char *compat_rank_name(size_t index);

/* Sets them and ATELIER_COMPAT, when all others are set. `framework` is its name or "".
 * Returns 0, or -1 with `error` filled. */
int compat_set(struct ours *ours, struct spank_handle *spank, const struct step *step,
               const char *framework, bool is_rank, struct error *error);

#endif
