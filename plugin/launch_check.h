/* launch_check.h: --check, in each task of a step before its program starts.
 *
 * Without a framework the step is checked as one of `custom`: that its tasks are all
 * there and reach the node of rank 0.
 */
#ifndef ATELIER_LAUNCH_CHECK_H
#define ATELIER_LAUNCH_CHECK_H

#include "lib/error.h"
#include "plugin/spank_job.h"
#include "plugin/start.h"

/* Waits for the other tasks of the step (roll_call.h). Returns 0 when all are well; or
 * -1, with `error` filled in the one task that tells the user. */
int launch_check(const struct start *start, struct spank_handle *spank,
                 struct error *error);

#endif
