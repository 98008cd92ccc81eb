/* graft.h: a job's mounts in a second mount namespace: the one that Slurm made for the
 * job (slurm_namespace.h).
 *
 * What is mounted below the mount root, and at the places of volumes, is cloned into it.
 * The clones are the same file systems: what aborts or ends one of those, does so there
 * too. Nothing mounted there leaks out of that namespace.
 *
 * Where the job's steps are outside at first, Slurm has them enter it by a path that
 * leads nowhere from inside, where they are already: a small tmpfs has there what leads
 * to the namespace of whoever follows it.
 *
 * Rejected: a namespace of ours inside of Slurm's, which Slurm's own steps,
 * pam_slurm_adopt and sbcast would not be in.
 */
#ifndef ATELIER_GRAFT_H
#define ATELIER_GRAFT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"

#include <sys/stat.h>

struct graft {
    const char *root;        /* the mount root, below which the job's mounts are */
    const struct plan *plan; /* whose volumes have places; NULL: none is mounted there */
    const char *directory;   /* of slurm_namespace.h */
};

/* Returns 0 if `namespace_fd` is a mount namespace that root made, and neither that of
 * the calling process nor that of the `node`, as stat(2) shows it; or -1 with `error`
 * filled. Mounting in any other could give the job's volumes to others, or show the
 * node what is the job's. */
int graft_check(int namespace_fd, const struct stat *node, struct error *error);

/* Puts the clones into the namespace, in a child. Returns 0; or -1 with `error` filled
 * and nothing of ours left in there, half a second after the deadline at the latest. */
int graft_put(const struct graft *graft, int namespace_fd,
              const struct deadline *deadline, struct error *error);

/* Takes the clones away again, in a child, from processes that have outlived the job. */
void graft_take(const struct graft *graft, int namespace_fd);

#endif
