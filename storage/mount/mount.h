/* mount.h: parts of volumes under names of their own (--mount). */
#ifndef ATELIER_MOUNT_H
#define ATELIER_MOUNT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"

struct identity;

/* Binds every mount of `plan` at its name below the mount root `root`, where the volumes
 * are mounted and served. A child opens the directories beneath the volume, as the user
 * `uid` with `gid` and the groups of `identity`, and passes their descriptors: nothing
 * that the user wrote is resolved by root, or a second time. A volume that does not
 * answer is waited for as long as its deadline says, and never longer than `deadline`.
 * `*above` becomes the directory above the job's own on a volume (shared_directory.h),
 * for the caller to close, or -1. Returns 0; or -1 with `error` filled, and what was
 * bound so far is left to unmount_by_force. */
int mount_bind_all(const char *root, const struct plan *plan,
                   const struct identity *identity, uid_t uid, gid_t gid, int *above,
                   const struct deadline *deadline, struct error *error);

#endif
