/* doctor.h: the parts of `atelier doctor`.
 */
#ifndef ATELIER_DOCTOR_H
#define ATELIER_DOCTOR_H

#include "lib/settings.h"

#include <stdbool.h>

/* Each prints what it found, as JSON where that is wanted, and returns the exit status of
 * the program (command.h). */

/* What this machine needs for jobs with Atelier. */
int doctor_local(const struct settings *settings, bool json);

/* Whether all that jobs and Slurm want of Atelier here is over, before it is removed. */
int doctor_removal(const struct settings *settings, bool json);

/* The nodes of the allocation that it is in; `mpi` is what srun starts MPI by. */
int doctor_nodes(const struct settings *settings, const char *mpi, bool json);

#endif
