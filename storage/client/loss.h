/* loss.h: what a job wrote and its file servers did not take.
 *
 * It is told at the job's end, and while it runs of programs that are gone.
 */
#ifndef ATELIER_LOSS_H
#define ATELIER_LOSS_H

#include "lib/fault.h"
#include "lib/policy/plan.h"
#include "lib/record.h"

#include <stddef.h>

/* The key in a report, after a volume's name and a dot; its value is bytes. */
#define LOSS_KEY "bytes_lost"
#define LOSS_UNSAFE "bytes_unsafe" /* lost if the job ends now */

#define LOSS_UNKNOWN "unknown" /* the value of a client that did not answer */

/* Fills `fault` when `report` has a VOLUME.bytes_lost of a volume of the plan. Returns 0
 * when it has none, else -1. */
int loss_check(const struct plan *plan, const char *node, const struct record *report,
               struct fault *fault);

/* As loss_check, for VOLUME.bytes_unsafe. */
int loss_check_unsafe(const struct plan *plan, const char *node,
                      const struct record *report, struct fault *fault);

#endif
