/* slurm_mpi.h: which ways to start MPI the Slurm of this machine has. */
#ifndef ATELIER_SLURM_MPI_H
#define ATELIER_SLURM_MPI_H

#include "lib/error.h"

/* The best of what srun has as --mpi=TYPE, by the plugins that are where Slurm looks for
 * them: "pmix", "pmi2"; or NULL with `error` filled (ERROR_SITE). */
const char *slurm_mpi_best(struct error *error);

/* Of a launcher's word, which is "pmix": puts the best of this Slurm in its place, and
 * says so. Returns 0; or -1 with `error` filled likewise. */
int slurm_mpi_choose(char *type, struct error *error);

#endif
