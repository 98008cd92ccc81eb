/* slurm_mpi.h: which ways to start MPI the Slurm of this machine has. */
#ifndef ATELIER_SLURM_MPI_H
#define ATELIER_SLURM_MPI_H

#include "lib/error.h"

#include <stdbool.h>

/* Whether srun has --mpi=TYPE: its plugin is where Slurm looks for plugins. */
bool slurm_mpi_exists(const char *type);

/* Of a launcher's word, which is "pmix": puts "pmi2" in its place, and says so, where
 * this Slurm was built without PMIx. Returns 0; or -1 with `error` filled (ERROR_SITE).
 */
int slurm_mpi_choose(char *type, struct error *error);

#endif
