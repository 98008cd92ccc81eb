/* directories.h: the directories that a job was given by --with-input and --with-output.
 *
 *     ATELIER_INPUT_ID   ATELIER_OUTPUT_ID   and, with --compat=batchai,
 *     AZ_BATCHAI_INPUT_ID   AZ_BATCHAI_OUTPUT_ID
 *
 * Their paths may refer to variables of the task, and to those of the items before them.
 * Outputs are made by the task, as its user. Of a requeued job's outputs the managed
 * service's name for those of the run before, AZ_BATCHAI_PREV_OUTPUT_ID, is the same
 * directory.
 */
#ifndef ATELIER_DIRECTORIES_H
#define ATELIER_DIRECTORIES_H

#include "lib/error.h"
#include "lib/record.h"
#include "plugin/spank_job.h"
#include "plugin/options.h"

#include <stdbool.h>

/* When all other variables are set. What the step asks for comes before the job's word in
 * `facts`. Returns 0; or -1 with `error` filled, which ends the task. */
int directories_set(struct spank_handle *spank, const struct options *asked,
                    const struct record *facts, bool compat, struct error *error);

#endif
