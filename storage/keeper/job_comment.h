/* job_comment.h: asks for a job's AdminComment, where slurmctld records the policy's
 * word.
 *
 * The node asks slurmctld, since all that comes to the prolog by itself is the user's or
 * says nothing of a workspace. squeue is asked for the job's number and the comment
 * alone, since the text of scontrol has words of the user's as well. A child waits for
 * its turn and asks, while the keeper does other things; it asks again as long as
 * slurmctld does not answer, as while it restarts.
 */
#ifndef ATELIER_JOB_COMMENT_H
#define ATELIER_JOB_COMMENT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/program.h"
#include "lib/slurm/job_line.h"

#include <stddef.h>

#define JOB_COMMENT_SIZE (RECORD_COLUMN + 64)

struct job_comment {
    char squeue[JOB_LINE_PATH_SIZE];
    unsigned job;
    int pause;              /* milliseconds before the next question */
    struct program program; /* that asks */
    char text[JOB_COMMENT_SIZE];
    char said[256]; /* what else came, such as squeue's complaint */
};

/* Begins to ask for the comment of `job`, which has `nodes` nodes that all ask. */
void job_comment_ask(struct job_comment *comment, const struct settings *settings,
                     unsigned job, unsigned long nodes);

/* Waits for the answer. Returns 0 with the comment in `text`, "" for a job that Slurm
 * does not know; or -1 with `error` filled (ERROR_NODE) when slurmctld did not answer
 * until the deadline. The child and its pipe are gone then. */
int job_comment_await(struct job_comment *comment, const struct deadline *deadline,
                      struct error *error);

#endif
