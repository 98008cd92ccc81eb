/* volume.h: one FUSE mount of the job. */
#ifndef ATELIER_VOLUME_H
#define ATELIER_VOLUME_H

#include "lib/error.h"
#include "lib/policy/plan.h"

/* Mounts `volume` at its directory below the mount root `root`. All that is in the mount
 * options comes from the policy's names and from numbers. Returns the descriptor of
 * /dev/fuse that serves the mount (close-on-exec), to be handed to the client and closed:
 * as long as the keeper holds a copy, a dead client leaves processes waiting. Or -1 with
 * `error` filled. */
int volume_mount(const struct plan_volume *volume, const char *root, uid_t uid, gid_t gid,
                 struct error *error);

/* Lets the kernel read ahead in the mount `path`, which must be served already: its first
 * request sets the value back. Without it, the kernel asks for 128 KiB at a time and
 * waits for them. Only speed depends on it, so that a failure (/sys is read-only here?)
 * is not told. */
void volume_read_ahead(const char *path);

#endif
