/* run_job.c: reads the job of `atelier run` from the variables around it. */
#include "run/run_job.h"

#include "lib/agreed.h"
#include "lib/slurm/slurm_option.h"

#include <stdlib.h>
#include <string.h>

/* On a submit host, in salloc's shell, only srun's variable has the framework. */
const char *run_job_framework(const char *component)
{
    const char *framework = getenv("ATELIER_FRAMEWORK");

    if (component && strtoul(component, NULL, 10) > 0)
        return ""; /* the variable is the first component's */
    if (!framework)
        framework = getenv(SLURM_OPTION_INSIDE "framework");
    return framework ? framework : "";
}

bool run_job_has_workspace(void)
{
    return getenv("ATELIER_WORKSPACE") || getenv(SLURM_OPTION_INSIDE "workspace");
}

/* Jobs of the managed service Batch AI found their files in one directory, under fixed
 * names. */
const char *run_job_log_directory(void)
{
    const char *compat = getenv("ATELIER_COMPAT");

    return compat && strcmp(compat, COMPAT_BATCHAI) == 0 ? getenv("ATELIER_STDOUTERR_DIR")
                                                         : NULL;
}
