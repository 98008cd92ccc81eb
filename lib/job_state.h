/* job_state.h: what Slurm says of a job in a line of `scontrol show --oneliner job`.
 */
#ifndef ATELIER_JOB_STATE_H
#define ATELIER_JOB_STATE_H

enum job_state {
    JOB_STATE_UNKNOWN, /* the line says nothing about the job */
    JOB_STATE_GOES_ON, /* it may have processes on its nodes, or its epilog is to come */
    JOB_STATE_LEFT,    /* this run is over, and Slurm may start the job again */
    JOB_STATE_OVER,    /* it has ended for good */
    JOB_STATE_GONE     /* Slurm knows no such job (any more) */
};

/* Reads `line`, which may be cut off, about the job `id` in the run after `restarts`
 * requeues. Slurm's words are searched in a text that has the user's words, too: those
 * can make a job seem over, which harms their author, but never going on. */
enum job_state job_state_read(const char *line, unsigned id, unsigned long restarts);

#endif
