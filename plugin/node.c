#include "node.h"

#include "keeper_client.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>

#define NOTICE_MS 3000

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

/* The job's stderr may lie on the very volume that is not there, so the sentence goes
 * into its accounting too. AdminComment is what scontrol of 22.05 can set and users
 * cannot; slurm_job_modify (lua/atelier/slurm.lua) adds the sentence to the record there.
 */
static void note_failure(const struct settings *settings, const struct job *job,
                         const struct error *failure)
{
    char job_word[32], comment_word[sizeof(failure->text) + 64], said[ERROR_TEXT_SIZE];
    char *words[] = {(char *)settings->scontrol, "update", job_word, comment_word, NULL};
    struct error error = {.party = ERROR_NONE};

    snprintf(job_word, sizeof(job_word), "JobId=%u", job->id);
    snprintf(comment_word, sizeof(comment_word), "AdminComment=atelier-failure %s",
             failure->text);
    if (program_run(words, NOTICE_MS, said, sizeof(said), &error) != 0)
        job_say("job %u: cannot note that in the job's AdminComment: %s", job->id,
                error.party ? error.text : said);
}

static void report(const struct settings *settings, const struct job *job,
                   const struct error *failure)
{
    job_say("job %u: %s", job->id, failure->text);
    note_failure(settings, job, failure);
}

void node_begin_job(const struct site *site, struct spank_handle *spank)
{
    struct error error = {.party = ERROR_NONE};
    struct vouched vouched;
    struct options asked;
    struct job job;

    options_read_prolog(&asked);
    if (!asked.value[OPTION_WORKSPACE][0] && !settings_serve_defaults(&site->settings))
        return;
    vouched.account = variable("SLURM_JOB_ACCOUNT");
    vouched.partition = variable("SLURM_JOB_PARTITION");
    if (job_read(&job, spank) < 0)
        job_say("Slurm does not say which job and node this prolog is of");
    else if (site->failure.party)
        report(&site->settings, &job, &site->failure);
    else if (keeper_start(&site->settings, &job, &vouched, &asked, &error) < 0)
        report(&site->settings, &job, &error);
}

void node_end_job(const struct site *site, struct spank_handle *spank)
{
    struct error error = {.party = ERROR_NONE};
    struct job job;

    if (job_read(&job, spank) == 0 && keeper_was_started(&site->settings, &job) &&
        keeper_stop(&site->settings, &job, &error) < 0)
        job_say("job %u: %s", job.id, error.text);
}
