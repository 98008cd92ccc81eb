/* job_line.h: what Slurm knows of a job, in words of Slurm's alone.
 *
 * Rejected: `scontrol show job`, whose text has the name, comment and paths that the user
 * chose among Slurm's fields, so that `-J 'x JobState=COMPLETED'` speaks for Slurm.
 * squeue prints the fields that it is asked for: here none that a user can write.
 */
#ifndef ATELIER_JOB_LINE_H
#define ATELIER_JOB_LINE_H

#include "lib/agreed.h"
#include "lib/settings.h"
#include "lib/slurm/job_state.h"

#include <stdbool.h>

/* squeue cuts the last field where it is longer than its column. */
#define JOB_LINE_FORMAT                                                  \
    "JobID:16,State:32,RestartCnt:16,Requeue:8,BatchFlag:8,HetJobID:16," \
    "ArrayJobID:16,ArrayTaskID:32"

/* The columns of a job's number and of its AdminComment, which the caller cuts apart. */
#define JOB_LINE_ID_WIDTH 16
#define JOB_LINE_COMMENT_FORMAT                                                      \
    "JobID:" JOB_LINE_DECIMAL(JOB_LINE_ID_WIDTH) ",admin_comment:" JOB_LINE_DECIMAL( \
        RECORD_COLUMN)

#define JOB_LINE_TEXT_OF(number) #number
#define JOB_LINE_DECIMAL(number) JOB_LINE_TEXT_OF(number)

#define JOB_LINE_SIZE 256 /* bytes that hold a line, with its newline and a NUL */

/* The words after squeue's path. The caller adds the last one, the job's number. For the
 * number of an array's first task squeue prints a line for each task. */
#define JOB_LINE_WORDS JOB_LINE_ALL, "--Format=" JOB_LINE_FORMAT, "--jobs"
#define JOB_LINE_ALL "--noheader", "--all", "--states=all"

struct job_line {
    unsigned id;
    enum job_state state; /* without regard to restarts */
    unsigned long restarts;
    bool is_requeued, has_script;
    unsigned leader; /* of a heterogeneous job its leader; 0 for none */
    /* `array` is 0 unless the job is one task of an array. */
    unsigned array, array_task;
};

/* Reads a line of squeue's. Returns whether it is one. */
bool job_line_read(struct job_line *line, const char *text);

/* Finds the line of the job `id` among those of `text`. Returns whether it is there. */
bool job_line_find(struct job_line *line, const char *text, unsigned id);

#define JOB_LINE_PATH_SIZE (SETTINGS_PATH_SIZE + 16)

/* Writes the path of another program of Slurm's, which lies beside scontrol. */
void job_line_beside(char path[JOB_LINE_PATH_SIZE], const struct settings *settings,
                     const char *program);

/* Writes the path of squeue. */
void job_line_program(char path[JOB_LINE_PATH_SIZE], const struct settings *settings);

#endif
