/* run_step.h: one srun step of `atelier run`, from its start to its end.
 *
 * srun starts one program of ours for each process (rank_main.c), which connects back
 * (run_protocol.h). All begin together when each says that it can; when one fails, the
 * others are ended, and the first is named.
 */
#ifndef ATELIER_RUN_STEP_H
#define ATELIER_RUN_STEP_H

#include "lib/error.h"
#include "run/log_file.h"

#include <stdbool.h>

enum {
    STEP_LOST = 74,      /* it ended well, and what it wrote is not safe; EX_IOERR */
    STEP_REFUSED = 125,  /* it did not start; as env(1) and timeout(1) do */
    STEP_SIGNALLED = 128 /* and the signal's number */
};

struct step_request {
    char *const *srun; /* its argv, which ends in NULL */
    unsigned job, tasks;
    bool is_preparation;   /* its processes are nodes' preparations, and no ranks */
    int output, errors;    /* where srun writes */
    const char *directory; /* where the processes write; NULL where srun does */
    enum log_kind logs;    /* there */
};

struct step_result {
    int status;                     /* for exit(3) */
    char sentence[ERROR_TEXT_SIZE]; /* what went wrong; "" for nothing */
};

/* Runs it to its end. What the user's SIGINT, SIGTERM or SIGHUP ends has status 128 + the
 * signal. Never returns before srun has ended or has been killed. */
void step_run(const struct step_request *request, struct step_result *result);

#endif
