/* run_loss.h: whether the job lost data while `atelier run` ran.
 *
 * What a process wrote may never reach its file server, even though the process ended
 * with 0. The nodes note that in the job's record before Slurm hears that the processes
 * have ended.
 */
#ifndef ATELIER_RUN_LOSS_H
#define ATELIER_RUN_LOSS_H

struct run_loss {
    unsigned job;
    char *before; /* what the record said at the begin; NULL for nothing */
};

/* Reads the record of `job`, which is 0 for a job without volumes. To be ended by
 * run_loss_end. */
void run_loss_begin(struct run_loss *loss, unsigned job);

/* Returns what the record says now and did not say before, for the caller to free; NULL
 * for nothing, or when Slurm does not answer. */
char *run_loss_end(struct run_loss *loss);

#endif
