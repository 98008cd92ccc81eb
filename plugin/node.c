/* node.c: runs the job's prolog, extern step and epilog on each node. */
#include "plugin/node.h"

#include "plugin/failure.h"
#include "plugin/keeper_client.h"
#include "plugin/last_run.h"

#include <stdbool.h>

static void report(const struct settings *settings, const struct job *job,
                   const struct fault *fault)
{
    spank_job_say("job %u: %s", job->id, fault->error.text);
    failure_tell(settings, job, fault);
}

void node_begin_job(const struct site *site, struct spank_handle *spank)
{
    struct fault fault = {.error = site->failure};
    struct options asked;
    struct job job;

    options_read_prolog(&asked);
    if (!options_name_workspace(&asked) &&
        (asked.value[OPTION_WORKSPACE][0] ||
         (!options_given(&asked) && !settings_serve_defaults(&site->settings))))
        return;
    if (spank_job_read(&job, spank) < 0)
        spank_job_say("Slurm does not say which job and node this prolog is of");
    else if (fault.error.party ||
             keeper_client_start(&site->settings, &job, &asked, &fault) < 0)
        report(&site->settings, &job, &fault);
}

void node_begin_extern(const struct settings *settings, const struct job *job)
{
    struct fault fault = {.requeue = false};
    struct error found = {.party = ERROR_NONE};
    struct slurm_namespace made;

    if (!keeper_client_was_started(settings, job) ||
        (slurm_namespace_open(&made, job->id, job->node, &found) == 0 && made.fd < 0))
        return;
    if (keeper_client_tell_namespace(settings, job, &made, &found, &fault) < 0) {
        spank_job_say("job %u: %s", job->id, fault.error.text);
        if (*fault.notice)
            failure_note(settings, job, 1, fault.notice);
    }
    slurm_namespace_close(&made);
}

static void report_end(const struct settings *settings, const struct job *job,
                       const struct fault *fault)
{
    spank_job_say("job %u: %s", job->id, fault->error.text);
    if (*fault->notice)
        failure_note_end(settings, job, fault->notice);
}

void node_end_job(const struct site *site, struct spank_handle *spank)
{
    struct fault fault = {.requeue = false};
    char word[LAST_RUN_WORD_SIZE];
    const char *restarts = NULL;
    struct job job;

    if (spank_job_read(&job, spank) < 0 ||
        !keeper_client_was_started(&site->settings, &job))
        return;
    if (keeper_client_has_shared(&site->settings, &job))
        restarts = last_run_restarts(&site->settings, &job, word);
    if (keeper_client_stop(&site->settings, &job, restarts, &fault) < 0)
        report_end(&site->settings, &job, &fault);
}
