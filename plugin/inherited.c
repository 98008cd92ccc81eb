/* inherited.c: drops what a step's environment has of another job or task. */
#include "plugin/inherited.h"

#include "plugin/compat.h"
#include "plugin/gpus_per_node.h"
#include "plugin/options.h"
#include "plugin/ours.h"

#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const of_job[] = {"ATELIER_STDOUTERR_DIR", "ATELIER_TASKS_PER_NODE",
                                     GPUS_PER_NODE};

/* These belong to one process alone. mpirun's daemon hands on its own environment, in
 * which a path would be another process's, and a rank nobody's. */
static const char *const of_task[] = {"ATELIER_MPI_HOST_FILE", "ATELIER_HOST_LIST",
                                      "ATELIER_HOST_LIST_FILE", "ATELIER_ROLE",
                                      "ATELIER_TASK_INDEX"};

/* Every job with a workspace sets these anew. */
static const char *const always_set[] = {
    "ATELIER_JOB_ID",         "ATELIER_MOUNT_ROOT", "ATELIER_JOB_MOUNT_ROOT",
    "ATELIER_JOB_TEMP",       "ATELIER_GPUS",       "ATELIER_RESTART_COUNT",
    "ATELIER_SHARED_JOB_TEMP"};

static void forget(struct spank_handle *spank, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        spank_job_environment_unset(spank, names[i]);
}

/* Returns the number of the job whose variables the environment has; 0 for none. */
static unsigned long owner(struct spank_handle *spank)
{
    char *id = spank_job_environment(spank, "ATELIER_JOB_ID");
    unsigned long number = id ? strtoul(id, NULL, 10) : 0;

    free(id);
    return number;
}

/* A step keeps what its own job's batch script handed on. A job that was submitted inside
 * of another one does not keep what that other one handed on. */
void inherited_forget(struct spank_handle *spank, const struct step *step)
{
    if (owner(spank) != step->job.id)
        forget(spank, of_job, COUNT(of_job));
    forget(spank, of_task, COUNT(of_task));
}

void inherited_forget_all(struct spank_handle *spank, const struct step *step)
{
    struct error ignored = {.party = ERROR_NONE};

    if (owner(spank) == 0 || owner(spank) == step->job.id)
        return;
    ours_forget(spank);
    options_forget_job(spank);
    compat_take_away(spank, &ignored);
    inherited_forget(spank, step);
    forget(spank, always_set, COUNT(always_set));
}
