/* slurm_mpi.c: asks srun which ways to start MPI it has. */
#include "lib/slurm/slurm_mpi.h"

#include "lib/slurm/slurm_place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has_plugin(const struct slurm_place *place, const char *type)
{
    char directories[sizeof(place->plugins)], path[SETTINGS_PATH_SIZE + 64], *rest;

    strcpy(directories, place->plugins);
    for (char *one = strtok_r(directories, ":", &rest); one;
         one = strtok_r(NULL, ":", &rest)) {
        snprintf(path, sizeof(path), "%s/mpi_%s.so", one, type);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

bool slurm_mpi_has(const char *type)
{
    struct slurm_place place;

    slurm_place_find(&place);
    return has_plugin(&place, type);
}

const char *slurm_mpi_best(struct error *error)
{
    static const char *const types[] = {"pmix", "pmi2"};
    struct slurm_place place;

    slurm_place_find(&place);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (has_plugin(&place, types[i]))
            return types[i];
    error_set(
        error, ERROR_SITE,
        "the Slurm of this machine has neither --mpi=pmix nor --mpi=pmi2: name what "
        "it has by --mpi=TYPE (`srun --mpi=list` says), or start the program by "
        "mpirun");
    return NULL;
}
