/* run_job.h: what the variables around `atelier run` say of its job. */
#ifndef ATELIER_RUN_JOB_H
#define ATELIER_RUN_JOB_H

#include <stdbool.h>

/* Returns the framework of the job's component `component`, NULL for the first; "" for
 * none. */
const char *run_job_framework(const char *component);

bool run_job_has_workspace(void);

/* Returns where the logs go if nobody asks; NULL for nowhere. */
const char *run_job_log_directory(void);

#endif
