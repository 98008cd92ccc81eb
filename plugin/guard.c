/* guard.c: sets up and takes down the guard of a job (atelier-guard). */
#include "plugin/guard.h"

#include "plugin/variable.h"

#include <stdlib.h>
#include <string.h>

#define GUARD_VARIABLE "SLURM_TASK_PROLOG"
#define GUARD_PROGRAM PROGRAM_DIR "/atelier-guard"

int guard_set(struct spank_handle *spank, struct error *error)
{
    return variable_set(spank, GUARD_VARIABLE, GUARD_PROGRAM, false, error);
}

void guard_set_client(void)
{
    setenv(GUARD_VARIABLE, GUARD_PROGRAM, 0);
}

void guard_unset(void)
{
    const char *program = getenv(GUARD_VARIABLE);

    if (program && strcmp(program, GUARD_PROGRAM) == 0)
        unsetenv(GUARD_VARIABLE);
}
