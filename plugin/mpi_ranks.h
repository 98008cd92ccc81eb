/* mpi_ranks.h: what keeps a task's rank from the processes that mpirun starts below it.
 *
 * They have ranks of their own, by MPI. Open MPI starts each through a command that it is
 * told by a variable: here env(1), which takes away what names the task's own. It is in
 * every container, where no program of ours would be. Other MPI libraries have no such
 * word.
 */
#ifndef ATELIER_MPI_RANKS_H
#define ATELIER_MPI_RANKS_H

#include "lib/error.h"
#include "lib/record.h"
#include "plugin/spank_job.h"
#include "plugin/ours.h"

#include <stdbool.h>

/* For a task whose launcher gave `environment`, by launcher.h; `compat`: it has a rank's
 * names of compat.h, too. Where there is no rank nothing is set. Returns 0, or -1 with
 * `error` filled. */
int mpi_ranks_set(struct ours *ours, struct spank_handle *spank,
                  const struct record *environment, bool compat, struct error *error);

#endif
