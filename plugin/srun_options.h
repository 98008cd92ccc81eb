/* srun_options.h: what an srun was given by -o, -e, -i and -D.
 *
 * Slurm hands none of them to its plugins, so they are read from srun's own command line
 * and its variables, as srun reads them.
 */
#ifndef ATELIER_SRUN_OPTIONS_H
#define ATELIER_SRUN_OPTIONS_H

#include "plugin/file_fault.h"

/* Fills `value` for one component of a heterogeneous step, 0 of any other, in srun, when
 * Slurm has just read the options of that component; NULL for what was not given. The
 * values hold until the next call. */
void srun_options_read(unsigned component, const char *value[FILE_KINDS]);

#endif
