/* enforcement.h: whether Slurm does what an explanation says. */
#ifndef ATELIER_ENFORCEMENT_H
#define ATELIER_ENFORCEMENT_H

#include "error.h"
#include "policy_host.h"

/* Adds to the explanation `answer` of a job that gets a workspace: `warnings`, sentences
 * on Slurm's configuration; and to each of its limits who enforces it, enforced_by and
 * told (enforcement.lua). That Slurm does not answer is told there. Returns 0; or -1 with
 * `error` filled when the engine fails. */
int enforcement_add(struct policy_host *host, json_t *answer, struct error *error);

#endif
