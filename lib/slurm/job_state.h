/* job_state.h: what a job's state in Slurm means for its keeper. */
#ifndef ATELIER_JOB_STATE_H
#define ATELIER_JOB_STATE_H

enum job_state {
    JOB_STATE_UNKNOWN, /* nothing is known of the job */
    JOB_STATE_GOES_ON, /* it may have processes on its nodes, or an epilog to come */
    JOB_STATE_LEFT,    /* this run is over, and Slurm may start the job again */
    JOB_STATE_OVER,    /* it has ended for good */
    JOB_STATE_GONE     /* Slurm knows no such job (any more) */
};

/* Returns the state of Slurm's word for it, such as "RUNNING". */
enum job_state job_state_of(const char *word);

/* Reads `text`, a line of squeue's (job_line.h) or its complaint, about the job `id` in
 * the run after `restarts` requeues. */
enum job_state job_state_read(const char *text, unsigned id, unsigned long restarts);

#endif
