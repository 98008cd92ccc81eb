/* run_verdict.h: what is said of a step that went wrong, and its status. */
#ifndef ATELIER_RUN_VERDICT_H
#define ATELIER_RUN_VERDICT_H

#include "run/run_peer.h"
#include "run/run_step.h"

struct run_verdict {
    struct run_step_result *result;
    bool is_given; /* whether one was given: the first one stands */
};

/* Gives a verdict with any sentence. */
void run_verdict_give(struct run_verdict *verdict, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives the verdict on a process that ended badly, by a signal or with an exit code,
 * while `left` others ran. */
void run_verdict_end(struct run_verdict *verdict, const struct run_step_request *request,
                     const struct run_peer *peer, bool by_signal, int number,
                     unsigned left);

/* Gives the verdict on a process that is gone and sent no word. */
void run_verdict_loss(struct run_verdict *verdict, const struct run_step_request *request,
                      const struct run_peer *peer, unsigned left);

/* Gives the verdict on a process that cannot start its command; `sentence` says why. */
void run_verdict_refusal(struct run_verdict *verdict,
                         const struct run_step_request *request,
                         const struct run_peer *peer, const char *sentence);

/* A process is not of our release, and speaks otherwise. */
void run_verdict_release(struct run_verdict *verdict,
                         const struct run_step_request *request,
                         const struct run_peer *peer);

#endif
