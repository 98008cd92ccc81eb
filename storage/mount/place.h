/* place.h: what a mount may do, and where else it appears.
 *
 * These functions look at the mounted volume and may hang with whoever serves it, so they
 * are called in a child (errand.h).
 */
#ifndef ATELIER_PLACE_H
#define ATELIER_PLACE_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Makes the mount at `target` nosuid, nodev and, where the policy says so, read-only; its
 * other flags stay. Returns 0; or -1 with `error` filled, also when nothing is mounted
 * there. */
int place_restrict(const struct plan_volume *volume, const char *target,
                   struct error *error);

/* Binds the volume at `target` to its place as well: an empty directory that nobody but
 * root can exchange, neither above nor below the mount root `root`. Returns 0, or -1 with
 * `error` filled. */
int place_mount(const struct plan_volume *volume, const char *root, const char *target,
                struct error *error);

#endif
