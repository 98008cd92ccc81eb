/* ours.h: which variables of a step's environment are ours, and not the user's word.
 *
 * Who runs srun or sbatch in a task of ours hands on the rank, the threads and the
 * policy's variables of that task. ATELIER_SET names what we set, each with a sum of its
 * value: what still has that value in the next step was never anybody's wish, and is
 * forgotten there. It is the user's own environment: who forges it deceives himself
 * alone.
 */
#ifndef ATELIER_OURS_H
#define ATELIER_OURS_H

#include "lib/error.h"
#include "plugin/job.h"

enum ours_kind {
    OURS_RANK = 'r',    /* says which process of which world the task is */
    OURS_MEETING = 'm', /* goes with the rank: a rank of the user's own keeps it */
    OURS_DEFAULT = 'd'  /* set only where nobody had */
};

/* Takes away what another step of ours set and nobody changed since. In slurmstepd,
 * before anything is set. */
void ours_forget(struct spank_handle *spank);

/* As variable_set, and remembers it; a default overwrites nothing, and what the user set
 * to the same stays his. Returns 0, or -1 with `error` filled. */
int ours_set(struct spank_handle *spank, enum ours_kind kind, const char *name,
             const char *value, struct error *error);

/* Sets ATELIER_SET, when all others are set. Returns 0, or -1 with `error` filled. */
int ours_tell(struct spank_handle *spank, struct error *error);

#endif
