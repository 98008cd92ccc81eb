/* step_secret.c: makes the secret that the tasks of a step share. */
#include "plugin/step_secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A value that the variable had before belongs to another step, and is replaced. The
 * secret is made once a process: srun calls this for each component of a heterogeneous
 * step, whose tasks share it. */
int step_secret_make(struct error *error)
{
    static struct proof_secret secret;
    static bool is_made;
    char text[PROOF_SECRET_TEXT_SIZE];
    int status;

    if (!is_made && proof_secret_make(&secret) < 0)
        return error_set(error, ERROR_NODE,
                         "cannot make a secret for the launch check: %s",
                         strerror(errno));
    is_made = true;
    proof_secret_write(&secret, text);
    status = setenv(STEP_SECRET_VARIABLE, text, 1);
    proof_forget(text, sizeof(text));
    return status == 0
               ? 0
               : error_set(error, ERROR_NODE, "out of memory for the launch check");
}

void step_secret_take(struct step_secret *secret, struct spank_handle *spank)
{
    char *text = spank_job_environment(spank, STEP_SECRET_VARIABLE);

    secret->is_known = text && proof_secret_read(&secret->secret, text) == 0;
    if (!text)
        return;
    proof_forget(text, strlen(text));
    free(text);
    spank_job_environment_unset(spank, STEP_SECRET_VARIABLE);
}
