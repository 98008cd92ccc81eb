/* job_variables.h: what every process of a job finds, whatever its framework.
 *
 *     ATELIER_WORKSPACE, ATELIER_EXPERIMENT, ATELIER_FRAMEWORK, ATELIER_MOUNT_ROOT
 *         always the job's; unset when empty, since sbatch hands on the variables of the
 *         job that it ran in
 *     ATELIER_JOB_MOUNT_ROOT
 *         the mount root as well: what --mount shows is beside the volumes
 *     ATELIER_JOB_TEMP
 *         a directory of the job on this node, for the user alone; it goes with the job
 *     ATELIER_SHARED_JOB_TEMP
 *         a directory of the job on a volume, the same on all nodes and after a requeue,
 *         where the policy says so; it goes with the job
 *     ATELIER_STDOUTERR_DIR
 *         where the batch script's standard output goes; of a job without one, where it
 *         was submitted
 *     ATELIER_JOB_ID
 *         Slurm's number of the job; of an array task its own
 *     ATELIER_HOST_LIST
 *         the job's nodes, with commas, in Slurm's order; a step's own are in its layout
 *     ATELIER_GPUS
 *         how many GPUs the job or step has on this node; 0 for none
 *     ATELIER_RESTART_COUNT
 *         how often the job was requeued; 0 at first
 *     ATELIER_MPI_HOST_FILE
 *         in the batch script and in salloc's shell: a host file for mpirun, "n1 slots=4
 *         max-slots=4" for each node; slots are its GPUs, and a node without any is not
 *         there, or tasks where the job has none. A file of ATELIER_JOB_TEMP. With
 *         `compat` in every task.
 *     ATELIER_GPUS_PER_NODE
 *         the job's, "3,1(x2)", where it has several nodes (gpus_per_node.h)
 *     ATELIER_TASKS_PER_NODE
 *         the job's, "2(x3)", where Slurm says it
 *     ATELIER_TASK_INDEX
 *         in the tasks of an srun: the rank, until a launcher says otherwise
 */
#ifndef ATELIER_JOB_VARIABLES_H
#define ATELIER_JOB_VARIABLES_H

#include "lib/error.h"
#include "lib/record.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"

/* Sets those that all tasks of the step have on this node, in slurmstepd before there are
 * tasks, and takes away what another job or task handed on. `framework` is the step's, ""
 * for none; `compat`: its tasks have host files. Returns 0, or -1 with `error` filled. */
int job_variables_share(struct spank_handle *spank, const struct step *step,
                        const struct settings *settings, const struct record *facts,
                        const char *framework, bool compat, struct error *error);

/* Sets the others, in task_init. `is_rank`: the task is one of an srun, and starts no
 * ranks itself; `compat`: host files are for tasks too. Returns 0, or -1 with `error`
 * filled. */
int job_variables_set(struct spank_handle *spank, const struct step *step,
                      const struct settings *settings, bool is_rank, bool compat,
                      struct error *error);

#endif
