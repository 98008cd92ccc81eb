/* scratch.h: a directory on the node's disk that lives as long as the job.
 *
 * It is PATH/atelier-scratch/atelier.NODE.JOB.VOLUME (scratch_place.h), where nobody
 * but root makes names. The keeper holds a lock on it as long as it lives; what is not
 * locked has been left by a keeper that was killed, and is deleted by the next one that
 * makes a scratch there, and what is noted in their run directories (run_directory.h) as
 * soon as their jobs end. Deleting goes by descriptor, enters no other mount and follows
 * no link.
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

/* Its name below PATH/atelier-scratch, written to `scratch` and returned. */
const char *scratch_name(struct scratch *scratch, const struct facts *facts,
                         const char *volume);

/* Makes it below `path`, mode 0700, for the user and group in `facts`. Returns 0, or -1
 * with `error` filled; scratch_remove is due in both cases. */
int scratch_make(struct scratch *scratch, const char *path, const struct facts *facts,
                 const char *volume, struct error *error);

/* Deletes what killed keepers left below `path`, in a process that goes on alone. */
void scratch_sweep(const char *path);

/* Deletes it. What is not deleted by the deadline is by a process that goes on alone. */
void scratch_remove(struct scratch *scratch, const struct deadline *deadline);

#endif
