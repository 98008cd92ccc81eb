/* namespace.h: the mount namespace of one job.
 *
 * The host's mounts stay visible and come and go with the host (slave); nothing of ours
 * leaks out. The mount root is a tmpfs with one directory for each volume or mount, made
 * read-only when all are mounted. None of these functions may be called before
 * namespace_enter has succeeded: nothing is ever mounted in the host's own namespace.
 */
#ifndef ATELIER_NAMESPACE_H
#define ATELIER_NAMESPACE_H

#include "lib/error.h"
#include "lib/policy/plan.h"

#include <sys/types.h>

/* Holds the path of a volume or mount below the mount root, with its NUL. */
#define NAMESPACE_PATH_SIZE (SETTINGS_PATH_SIZE + NAME_LENGTH_MAX + 2)

/* Moves the calling process into a new mount namespace. Returns 0, or -1 with `error`
 * filled; then nothing may be mounted. */
int namespace_enter(struct error *error);

/* Mounts the root at `root` and makes a directory for each volume and mount of `plan`.
 * Returns 0; or -1 with `error` filled, with nothing left mounted. */
int namespace_make_root(const char *root, const struct plan *plan, struct error *error);

/* Takes away the volumes of which the job sees only mounts; the mounts stay. Returns 0,
 * or -1 with `error` filled: then the job must not run. */
int namespace_hide_parts(const char *root, const struct plan *plan, struct error *error);

/* Makes the root read-only, so that nobody, not even root, leaves files beside the
 * volumes. */
int namespace_seal_root(const char *root, struct error *error);

/* Mounts what a failed job sees instead: the root, with an empty scratch directory of the
 * user for each volume and mount that the job would see. Without a plan, the root itself
 * is that scratch directory. Returns 0, or -1 with `error` filled and nothing left
 * mounted. */
int namespace_make_scratch(const char *root, const struct plan *plan, uid_t uid,
                           gid_t gid, struct error *error);

/* Returns a descriptor of the calling process's mount namespace, or -1 with `error`
 * filled. */
int namespace_descriptor(struct error *error);

#endif
