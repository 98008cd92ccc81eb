/* plan_volume.h: one volume of the policy's answer. */
#ifndef ATELIER_PLAN_VOLUME_H
#define ATELIER_PLAN_VOLUME_H

#include "lib/policy/plan.h"
#include "lib/policy/plan_reader.h"

/* Reads the table at the top of the stack into `volume`, which is all zero. Returns 0, or
 * -1 with the answer's error filled. */
int plan_volume_read(const struct plan_reader *answer, struct plan_volume *volume);

#endif
