/* explanation.h: the answer of `atelier policy explain` as a text. */
#ifndef ATELIER_EXPLANATION_H
#define ATELIER_EXPLANATION_H

#include <jansson.h>
#include <stdbool.h>

/* Whether the job is accepted and, for a job of the past, the decision is the same. */
bool explanation_is_good(const json_t *answer);

void explanation_print(const json_t *answer);

#endif
