/* run_step.h: one srun step of `atelier run`, from its start to its end.
 *
 * srun starts one program of ours for each process (rank_main.c), which connects back
 * (run_protocol.h). All begin together when each says that it can. When one fails, the
 * others are ended, and the first that failed is named.
 */
#ifndef ATELIER_RUN_STEP_H
#define ATELIER_RUN_STEP_H

#include "lib/error.h"
#include "run/log_file.h"

#include <stdbool.h>

enum {
    STEP_LOST = 74,      /* it ended well, but what it wrote is not safe; EX_IOERR */
    STEP_REFUSED = 125,  /* it did not start; the same as in env(1) and timeout(1) */
    STEP_SIGNALLED = 128 /* plus the signal's number */
};

struct run_step_request {
    char *const *srun; /* its argv, which ends in NULL */
    unsigned job, tasks;
    bool is_preparation;     /* its processes are nodes' preparations, and not ranks */
    int output, errors;      /* where srun writes */
    const char *directory;   /* where the processes write; NULL where srun does */
    enum log_file_kind logs; /* what the files in `directory` are */
};

struct run_step_result {
    int status;                     /* for exit(3) */
    char sentence[ERROR_TEXT_SIZE]; /* what went wrong; "" for nothing */
};

/* Runs the step to its end. A step that the user's SIGINT, SIGTERM or SIGHUP ends has
 * status 128 + the signal. It never returns before srun has ended or has been killed. */
void run_step(const struct run_step_request *request, struct run_step_result *result);

#endif
