/* fuse_mount.h: one FUSE mount of the job. */
#ifndef ATELIER_FUSE_MOUNT_H
#define ATELIER_FUSE_MOUNT_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Mounts `volume` at its directory below the mount root `root`. The mount options hold
 * only the policy's names and numbers. Returns the descriptor of /dev/fuse that serves
 * the mount (close-on-exec), to be handed to the client and then closed: as long as the
 * keeper holds a copy, a dead client leaves processes waiting. Returns -1 with `error`
 * filled on failure. */
int fuse_mount_make(const struct plan_volume *volume, const char *root, uid_t uid,
                    gid_t gid, struct error *error);

/* Lets the kernel read ahead in the mount `path`. It must be served already, since the
 * mount's first request sets the value back. Without read-ahead, the kernel asks for 128
 * KiB at a time and waits for them. Only speed depends on it, so that a failure (such as
 * a read-only /sys) is not told. */
void fuse_mount_read_ahead(const char *path);

#endif
