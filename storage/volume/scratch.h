/* scratch.h: a directory on the node's disk that lives as long as the job.
 *
 * It is PATH/atelier-scratch/atelier.NODE.JOB.VOLUME (scratch_place.h), where nobody but
 * root makes names. The keeper holds a lock on it as long as it lives. A directory
 * without a lock was left by a keeper that was killed; the next keeper that makes a
 * scratch there deletes it, and one that is noted in its job's run directory
 * (run_directory.h) is deleted as soon as the job ends. Deleting goes by descriptor,
 * enters no other mount and follows no link.
 */
#ifndef ATELIER_SCRATCH_H
#define ATELIER_SCRATCH_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"

#define SCRATCH_NAME_SIZE 256

struct scratch {
    char name[SCRATCH_NAME_SIZE];
    int directory; /* open and locked; 0: there is none */
    int parent;
};

/* Writes the directory's name below PATH/atelier-scratch to `scratch`, and returns it. */
const char *scratch_name(struct scratch *scratch, const struct facts *facts,
                         const char *volume);

/* Makes the directory below `path`, mode 0700, for the user and group in `facts`. Returns
 * 0, or -1 with `error` filled; scratch_remove is to be called in both cases. */
int scratch_make(struct scratch *scratch, const char *path, const struct facts *facts,
                 const char *volume, struct error *error);

/* Deletes what killed keepers left below `path`, in a process that goes on alone. */
void scratch_sweep(const char *path);

/* Deletes the directory. What is left at the deadline is deleted by a process that goes
 * on alone. */
void scratch_remove(struct scratch *scratch, const struct deadline *deadline);

#endif
