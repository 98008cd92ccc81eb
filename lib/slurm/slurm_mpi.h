/* slurm_mpi.h: which ways to start MPI the Slurm of this machine has. */
#ifndef ATELIER_SLURM_MPI_H
#define ATELIER_SLURM_MPI_H

#include "lib/error.h"

#include <stdbool.h>

/* Whether srun has --mpi=TYPE, by the plugin that is where Slurm looks for it. */
bool slurm_mpi_has(const char *type);

/* The best of what srun has as --mpi=TYPE, by the plugins that are where Slurm looks for
 * them: "pmix", "pmi2"; or NULL with `error` filled (ERROR_SITE). */
const char *slurm_mpi_best(struct error *error);

#endif
