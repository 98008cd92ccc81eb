/* run_verdict.h: what is said of a step that went wrong, and its status. */
#ifndef ATELIER_RUN_VERDICT_H
#define ATELIER_RUN_VERDICT_H

#include "run_peer.h"
#include "run_step.h"

struct verdict {
    struct step_result *result;
    bool is_given; /* whether one was given: the first one stands */
};

/* Gives a verdict with any sentence. */
void verdict_give(struct verdict *verdict, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives the verdict on a process that ended badly, by a signal or with an exit code,
 * while `left` others ran. */
void verdict_end(struct verdict *verdict, const struct step_request *request,
                 const struct peer *peer, bool by_signal, int number, unsigned left);

/* Gives the verdict on a process that is gone and sent no word. */
void verdict_loss(struct verdict *verdict, const struct step_request *request,
                  const struct peer *peer, unsigned left);

/* Gives the verdict on a process that cannot start its command; `sentence` says why. */
void verdict_refusal(struct verdict *verdict, const struct step_request *request,
                     const struct peer *peer, const char *sentence);

#endif
