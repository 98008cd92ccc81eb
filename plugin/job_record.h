/* job_record.h: what slurmctld knows of a job, as scontrol shows it. */
#ifndef ATELIER_JOB_RECORD_H
#define ATELIER_JOB_RECORD_H

#include "job.h"
#include "settings.h"

/* Asks for the job of a step, for 2 s at most. Returns its record, of this job alone, for
 * the caller to free; NULL when there is no answer. */
char *job_record_read(const struct settings *settings, struct spank_handle *spank,
                      const struct job *job);

/* As job_record_read, with what the job has on each of its nodes (job_gpus.h). */
char *job_record_read_details(const struct settings *settings, struct spank_handle *spank,
                              const struct job *job);

/* As job_record_read, of the job with that number, which must not be an array's. */
char *job_record_read_number(const struct settings *settings, unsigned id);

/* The value of a field that has a line of its own, such as "StdOut", for the caller to
 * free; NULL when it is not there or empty. */
char *job_record_value(const char *record, const char *field);

#endif
