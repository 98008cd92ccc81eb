/* job_record.h: what slurmctld knows of a job, as scontrol shows it. */
#ifndef ATELIER_JOB_RECORD_H
#define ATELIER_JOB_RECORD_H

#include "lib/settings.h"
#include "plugin/spank_job.h"

/* Asks for the job of a step, for 2 s at most. Returns its record, of this job alone, for
 * the caller to free; NULL when there is no answer. Its text is the user's as much as
 * Slurm's: a job's name can look like any field. It serves for what the user says, such
 * as paths, and for nothing else. */
char *job_record_read(const struct settings *settings, struct spank_handle *spank,
                      const struct job *job);

/* As job_record_read, with what the job has on each of its nodes (job_gpus.h). */
char *job_record_read_details(const struct settings *settings, struct spank_handle *spank,
                              const struct job *job);

/* The value of a field that has a line of its own, such as "StdOut", for the caller to
 * free; NULL when it is not there or empty. */
char *job_record_value(const char *record, const char *field);

/* Asks likewise for the job's AdminComment alone, which no user can write, for the caller
 * to free; "(null)" where it has none. */
char *job_record_comment(const struct settings *settings, struct spank_handle *spank,
                         const struct job *job);

/* The same of the job `name`, as Slurm's commands take it, with the number `id`. */
char *job_record_comment_of(const struct settings *settings, const char *name,
                            unsigned id);

#endif
