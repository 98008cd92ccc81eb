/* slurm_mpi.c: asks srun which ways to start MPI it has. */
#include "lib/slurm/slurm_mpi.h"

#include "lib/slurm/slurm_place.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool slurm_mpi_exists(const char *type)
{
    char path[SETTINGS_PATH_SIZE + 64], *rest;
    struct slurm_place place;

    slurm_place_find(&place);
    for (char *one = strtok_r(place.plugins, ":", &rest); one;
         one = strtok_r(NULL, ":", &rest)) {
        snprintf(path, sizeof(path), "%s/mpi_%s.so", one, type);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

int slurm_mpi_choose(char *type, struct error *error)
{
    if (strcmp(type, "pmix") != 0 || slurm_mpi_exists("pmix"))
        return 0;
    if (!slurm_mpi_exists("pmi2"))
        return error_set(error, ERROR_SITE,
                         "the Slurm of this machine has neither --mpi=pmix nor "
                         "--mpi=pmi2: name what it has by --mpi=TYPE (`srun --mpi=list` "
                         "says), or start the program by mpirun");
    strcpy(type, "pmi2");
    fprintf(stderr, "atelier run: the Slurm of this machine has no --mpi=pmix: trying "
                    "--mpi=pmi2, which not every MPI knows\n");
    return 0;
}
