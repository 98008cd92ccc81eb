/* job_row.h: what Slurm knows of one job. */
#ifndef ATELIER_JOB_ROW_H
#define ATELIER_JOB_ROW_H

#include "error.h"

#include <jansson.h>

/* The job `id` as lua/atelier/replay.lua takes it, without the user's groups. slurmctld
 * is asked first, since it alone has the record of a job that has not ended; then the
 * accounting. Of an array or a heterogeneous job it is the first that is found. Returns
 * NULL with `error` filled when neither knows the job. The caller owns it. */
json_t *job_row(const char *id, struct error *error);

#endif
