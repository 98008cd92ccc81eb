/* job_comment.h: a job's AdminComment, in which slurmctld records what the policy gave
 * it.
 *
 * The node asks slurmctld, since all that comes to the prolog by itself is the user's or
 * says nothing of a workspace. squeue is asked for the job's number and the comment
 * alone: in the text of scontrol stand words of the user's, too. A child waits for its
 * turn and asks, while the keeper does other things; it is asked again as long as
 * slurmctld does not answer, as while it restarts.
 */
#ifndef ATELIER_JOB_COMMENT_H
#define ATELIER_JOB_COMMENT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/slurm/job_line.h"

#include <stddef.h>
#include <sys/types.h>

#define JOB_COMMENT_COLUMN 12000 /* bytes: a record, and why it failed before */
#define JOB_COMMENT_SIZE (JOB_COMMENT_COLUMN + 64)

struct job_comment {
    char squeue[JOB_LINE_PATH_SIZE];
    unsigned job;
    int pause;   /* milliseconds before the next question */
    pid_t child; /* that asks; 0 for none */
    int answer;  /* what it says; -1 */
    char text[JOB_COMMENT_SIZE];
    char said[256]; /* what else came, such as squeue's complaint */
};

/* Begins to ask for the comment of `job`, which has `nodes` nodes that do the same. */
void job_comment_ask(struct job_comment *comment, const struct settings *settings,
                     unsigned job, unsigned long nodes);

/* Waits for the answer. Returns 0 with the comment in `text`, "" of a job that Slurm does
 * not know; or -1 with `error` filled (ERROR_NODE) when slurmctld did not say until the
 * deadline. Nothing of the question is left. */
int job_comment_await(struct job_comment *comment, const struct deadline *deadline,
                      struct error *error);

#endif
