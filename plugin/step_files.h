/* step_files.h: the files that Slurm opens for a step on its nodes, and its working
 * directory.
 *
 * Slurm opens them between the join and user_init. What it cannot open is a line in
 * slurmd's log, the job ends as FAILED 0:53, and a working directory that is not there is
 * replaced by /tmp. So the plugin looks at what went wrong when a step ends before
 * user_init, and at the working directory when that is /tmp.
 *
 * Rejected: to look before Slurm opens them. It would cost every good job a look at each
 * file server, and a pattern that a release expands otherwise would accuse a good one.
 *
 * Of a job the names are in slurmctld, which knows the default names, too. Those of an
 * srun are known to nobody but itself, which hands them on in variables of the step:
 */
#ifndef ATELIER_STEP_FILES_H
#define ATELIER_STEP_FILES_H

#include "lib/error.h"
#include "lib/settings.h"
#include "plugin/file_fault.h"
#include "plugin/spank_job.h"

/* They begin with SLURM, so that --export=NONE leaves them. */
#define STEP_FILE_VARIABLES                                                             \
    {                                                                                   \
        [FILE_INPUT] = "SLURM_ATELIER_INPUT", [FILE_OUTPUT] = "SLURM_ATELIER_OUTPUT",   \
        [FILE_ERROR] = "SLURM_ATELIER_ERROR", [FILE_DIRECTORY] = "SLURM_ATELIER_CHDIR", \
    }

struct step_files {
    char *name[FILE_KINDS]; /* absolute, may be patterns; NULL: not known */
    struct error fault;     /* party ERROR_NONE when there is none */
};

/* Keeps what srun handed on, and takes it out of the step's environment. */
void step_files_take(struct step_files *files, struct spank_handle *spank);

/* In user_init: fills `fault` when the step is in /tmp in place of a working directory
 * that is missing on a volume, for all nodes: one that only this node lacks is Slurm's
 * affair. */
void step_files_look_at_directory(struct step_files *files,
                                  const struct settings *settings,
                                  struct spank_handle *spank, const struct step *step);

/* At the end of a step that never came to user_init: fills `fault` when one of its files
 * cannot be opened; the sentence is also written to another of them, where it can. */
void step_files_look(struct step_files *files, const struct settings *settings,
                     struct spank_handle *spank, const struct step *step);

void step_files_release(struct step_files *files);

#endif
