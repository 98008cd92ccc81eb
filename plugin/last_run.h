/* last_run.h: whether a job that ends on this node is over, or will be run again.
 *
 * What the epilog is told comes too early: after a node's failure its count of restarts
 * is still the old one, and of a job that ends with one of the site's RequeueExit codes
 * nothing says that it will be requeued. So Slurm is asked.
 */
#ifndef ATELIER_LAST_RUN_H
#define ATELIER_LAST_RUN_H

#include "lib/settings.h"
#include "plugin/spank_job.h"

#define LAST_RUN_WORD_SIZE 16

/* In the epilog. Returns `word`, the number of times that Slurm has requeued the job,
 * when its exit code is none that requeues it; NULL when it is one, or when Slurm does
 * not say. As many as at the job's start means that it is over. */
const char *last_run_restarts(const struct settings *settings, const struct job *job,
                              char word[LAST_RUN_WORD_SIZE]);

#endif
