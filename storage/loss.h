/* loss.h: what a job wrote and its file servers did not take before its end. */
#ifndef ATELIER_LOSS_H
#define ATELIER_LOSS_H

#include "error.h"
#include "plan.h"
#include "record.h"

/* In a report, after the name of a volume and a dot: bytes, lost if the job ends now. */
#define LOSS_UNSAFE "bytes_unsafe"

#define LOSS_UNKNOWN "unknown" /* of a client that did not answer */

/* Fills `error` with one sentence, when `report` has a VOLUME.bytes_lost of a volume of
 * the plan. Returns 0 when it has none, else -1. */
int loss_check(const struct plan *plan, const char *node, const struct record *report,
               struct error *error);

#endif
