/* errand.h: work that a dead server or disk could make hang, done in a child.
 *
 * The child shares the mount namespace, so what it mounts and unmounts is the caller's
 * too; its memory and descriptors are its own. At the deadline it is killed. A child that
 * not even SIGKILL ends is left behind, and the caller goes on.
 */
#ifndef ATELIER_ERRAND_H
#define ATELIER_ERRAND_H

#include "deadline.h"
#include "error.h"

/* Runs `work(data, error)` in a child; it returns 0 or -1 with its `error` filled.
 * Returns the same, with its error; or -1 with `error` filled (ERROR_NODE), that `what`,
 * such as "volume `data`: binding /lustre", did not end in time. */
int errand_run(int (*work)(const void *data, struct error *error), const void *data,
               const char *what, const struct deadline *deadline, struct error *error);

#endif
