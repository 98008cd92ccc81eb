/* roll_call.h: the launch check of a step, over TCP.
 *
 * Each task of a step takes part, before its program starts. Rank 0 listens at the port
 * where the processes are to meet, which shows that the port is free. The others resolve
 * rank 0's node, connect and enter themselves; when all are there, rank 0 stops listening
 * and tells all to go. The tasks close first, so that the framework can bind the port at
 * once.
 *
 * What is wrong is told once, by rank 0 where it lives. A task that cannot reach rank 0
 * cannot tell it why. So the task listens at the same port of its own node, and rank 0
 * asks there after a second.
 *
 * Anybody can connect to the port, or have taken it first. The tasks know each other by
 * the step's secret (proof.h), so that a stranger enters for no rank, is shown to nobody,
 * is told nothing and keeps no place from a task. A stranger who takes the port first
 * makes the check fail, as it would make the framework fail.
 */
#ifndef ATELIER_ROLL_CALL_H
#define ATELIER_ROLL_CALL_H

#include "lib/error.h"
#include "lib/protocol/proof.h"
#include "lib/roll/roll.h"

#define ROLL_CALL_MS 10000 /* how long rank 0 waits for tasks that Slurm starts late */
#define ROLL_CALL_EXTRA_MS 3000 /* how much longer the others wait for rank 0 */

struct roll_call {
    const struct proof_secret *secret; /* the step's secret */
    char step[ROLL_STEP_SIZE];         /* roll_name_step */
    struct roll_entry self;            /* this task; a problem in it is told to rank 0 */
    struct roll_layout layout;         /* the step's */
    const char *node;                  /* where rank 0 is to listen */
    unsigned port;
    const char *mark; /* a file in the directory that all must share; NULL for none */
    int milliseconds; /* ROLL_CALL_MS */
    /* Whether this task tells the user when rank 0 never comes; one task of a step
     * does. */
    bool speaks;
};

/* Runs the check for rank 0. Returns 0 when all have come and were told to go; or -1 with
 * `error` filled with the sentence for the user, when they were told to stop. */
int roll_call_hold(const struct roll_call *call, struct error *error);

/* Runs the check for every other rank. Returns 0 to go; or -1. Then `error` is empty
 * where rank 0 tells the user; it is filled in the one task that has to tell when rank 0
 * was never there. */
int roll_call_answer(const struct roll_call *call, struct error *error);

#endif
