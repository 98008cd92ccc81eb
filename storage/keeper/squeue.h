/* squeue.h: a squeue that tells the keeper of its job, while the keeper does other
 * things. */
#ifndef ATELIER_SQUEUE_H
#define ATELIER_SQUEUE_H

#include "lib/program.h"
#include "lib/slurm/job_line.h"

/* Starts the program at `path`, whose errors come with its output. `format` is what it is
 * asked for, JOB_LINE_FORMAT or JOB_LINE_COMMENT_FORMAT; for the number of an array's
 * first task it prints a line for each task. `prepare` as in program.h. `path` must
 * outlive `program`. Returns 0, or -1 with errno set. */
int squeue_start(struct program *program, const char *path, const char *format,
                 unsigned job, void (*prepare)(const void *data), const void *data);

#endif
