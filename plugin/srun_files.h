/* srun_files.h: the files that an srun was told of by -o, -e, -i and -D.
 *
 * Those that srun opens itself must be there where it runs, which a volume is on the
 * job's nodes alone; those of a pattern with %t, %n or %N are opened by the nodes.
 */
#ifndef ATELIER_SRUN_FILES_H
#define ATELIER_SRUN_FILES_H

#include "lib/error.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"

/* In srun, when Slurm has read its options, once for each component of a heterogeneous
 * step: what srun cannot open is told with what works. `inside`: the job's volumes are
 * there. What only the nodes can tell is handed on to them (step_files.h). Returns 0, or
 * -1 with `error` filled. */
int srun_files_check(const struct settings *settings, bool inside, struct error *error);

/* At the end of that srun: tells what the nodes noted in the job's record of the files
 * that were handed on to them, since Slurm tells no more than that it failed. */
void srun_files_report(const struct settings *settings);

#endif
