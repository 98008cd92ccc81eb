#include "node.h"

#include "keeper_client.h"

#include <stdlib.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

void node_begin_job(const struct site *site, struct spank_handle *spank)
{
    struct error error = {.party = ERROR_NONE};
    struct vouched vouched;
    struct options asked;
    struct job job;

    options_read_prolog(&asked);
    if (!asked.value[OPTION_WORKSPACE][0])
        return;
    vouched.account = variable("SLURM_JOB_ACCOUNT");
    vouched.partition = variable("SLURM_JOB_PARTITION");
    if (job_read(&job, spank) < 0)
        job_say("Slurm does not say which job and node this prolog is of");
    else if (site->failure.party)
        job_say("job %u: %s", job.id, site->failure.text);
    else if (keeper_start(&site->settings, &job, &vouched, &asked, &error) < 0)
        job_say("job %u: %s", job.id, error.text);
}

void node_end_job(const struct site *site, struct spank_handle *spank)
{
    struct error error = {.party = ERROR_NONE};
    struct job job;

    if (job_read(&job, spank) == 0 && keeper_was_started(&site->settings, &job) &&
        keeper_stop(&site->settings, &job, &error) < 0)
        job_say("job %u: %s", job.id, error.text);
}
