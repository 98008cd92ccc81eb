/* unmount.h: ends all mounts of a job, in the reverse order of their beginning.
 *
 * What each volume needs for that depends on its kind (kind.h). Each function works in a
 * child process that is given up at its deadline, since unmounting may wait for a server.
 */
#ifndef ATELIER_UNMOUNT_H
#define ATELIER_UNMOUNT_H

#include "lib/policy/plan.h"

/* Unmounts the root and all that is below it, at once: requests to servers are aborted
 * first, so that this waits for none. `plan` may be NULL. */
void unmount_by_force(const char *root, const struct plan *plan);

/* As unmount_by_force, but orderly, with all data written. Returns 0 when all is
 * unmounted within the milliseconds, else -1. */
int unmount_in_order(const char *root, const struct plan *plan, int milliseconds);

/* Fails what waits for the FUSE mount at `path`, now and from now on, and leaves the
 * mount in its place. It is for a mount whose program was killed and cannot end: the
 * program may be held in the kernel by what the mount has to write, and would hold all
 * that waits for it. */
void unmount_abort(const char *path);

#endif
