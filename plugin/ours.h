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
#include "lib/launcher/launcher.h"
#include "lib/record.h"
#include "plugin/spank_job.h"

/* In slurmstepd, and a copy in each task that it forks. */
struct ours {
    char **given; /* the step's environment as it was, ended by NULL; NULL: not kept */
    struct record *set; /* what we set since: NAME to kind and sum */
};

/* Takes away what another step of ours set and nobody changed since. In slurmstepd,
 * before anything is set. */
void ours_forget(struct spank_handle *spank);

/* Keeps the environment of the step as it is: what the user and the policy have set. In
 * slurmstepd, before a launcher sets anything. */
void ours_keep_given(struct ours *ours, struct spank_handle *spank);

/* What was kept of `name`, or NULL. */
const char *ours_given(const struct ours *ours, const char *name);

/* As variable_set, and remembers it with its kind; a default overwrites nothing, and what
 * the user set to the same stays his. Returns 0, or -1 with `error` filled. */
int ours_set(struct ours *ours, struct spank_handle *spank, enum launcher_kind kind,
             const char *name, const char *value, struct error *error);

/* Sets ATELIER_SET, when all others are set. Returns 0, or -1 with `error` filled. */
int ours_tell(const struct ours *ours, struct spank_handle *spank, struct error *error);

void ours_release(struct ours *ours);

#endif
