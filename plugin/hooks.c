/* hooks.c: the life of a job, as Slurm calls it.
 *
 *     submit host  init, the options, init_post_opt     refuse what cannot run
 *     node         job_prolog                           start the keeper
 *     step         init, the options, init_post_opt     join the job's namespace
 *     task         task_init                            say why not, or set its
 * environment node         job_epilog                           stop the keeper
 *
 * On the nodes only task_init may fail: any other failure drains the node. Where a hook
 * must fail it returns -1, since releases before 25.05 take a positive code for success.
 */
#include "admission.h"
#include "job.h"
#include "keeper_client.h"
#include "membership.h"
#include "options.h"
#include "settings.h"
#include "task_environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* All that Slurm looks for in the module, and nothing else, is visible. */
#pragma GCC visibility push(default)
#include <slurm/spank.h>
SPANK_PLUGIN(atelier, 1)
#pragma GCC visibility pop

static struct settings settings;
static struct error settings_failure; /* told only where a job uses Atelier */
static struct options asked;
static struct membership membership;
static struct step step;

static void say(const struct error *error)
{
    slurm_error("atelier: %s", error->text);
}

static void read_settings(int count, char *words[])
{
    error_clear(&settings_failure);
    settings_init(&settings);
    settings_apply_all(&settings, count, words, &settings_failure);
}

static int accept_option(int option, const char *value, int remote)
{
    struct error error = {.party = ERROR_NONE};

    options_keep(&asked, (enum option)option, value);
    if (remote || options_check_name((enum option)option, value, &error) == 0)
        return 0;
    say(&error);
    return -1;
}

int slurm_spank_init(spank_t spank, int count, char *words[])
{
    enum place place = job_place();

    read_settings(count, words);
    if (place == PLACE_ELSEWHERE) {
        if (settings_failure.party)
            say(&settings_failure);
        return 0;
    }
    if (place != PLACE_STEP)
        options_take_defaults(place);
    if (options_register(spank, accept_option) < 0)
        slurm_error("atelier: Slurm refused an option of the plugin");
    return 0;
}

static int check_submission(enum place place)
{
    struct error error = {.party = ERROR_NONE};

    if (options_given(&asked) && settings_failure.party)
        say(&settings_failure);
    if (options_check(&asked, place, &settings, &error) == 0)
        return 0;
    say(&error);
    return -1;
}

static void join_job(spank_t spank)
{
    if (step_read(&step, spank) < 0) {
        if (options_given(&asked))
            error_set(&membership.failure, ERROR_NODE,
                      "Slurm does not say which job and node this step is of");
        return;
    }
    if (step.kind == STEP_EXTERN)
        return;
    options_recall(&asked, spank);
    membership_join(&membership, &settings, &step.job, &asked);
    if (membership_exists(&membership) && settings_failure.party)
        membership.failure = settings_failure;
}

int slurm_spank_init_post_opt(spank_t spank, int count, char *words[])
{
    enum place place = job_place();

    (void)count;
    (void)words;
    if (place == PLACE_SUBMIT || place == PLACE_LAUNCH)
        return check_submission(place);
    if (place == PLACE_STEP)
        join_job(spank);
    return 0;
}

/* _exit, since a plugstack line that says "optional" turns any return into success. */
static void end_task(void)
{
    fflush(stderr);
    _exit(1);
}

int slurm_spank_task_init(spank_t spank, int count, char *words[])
{
    struct error error = {.party = ERROR_NONE};

    (void)count;
    (void)words;
    if (!membership_exists(&membership))
        return 0;
    if (admission_check(&membership, &asked, &settings, &error) < 0) {
        /* All tasks of the node have the same reason: one tells it. */
        if (task_local_number(spank) <= 0)
            say(&error);
        end_task();
    }
    if (task_environment_set(spank, &step, membership.facts,
                             admission_framework(&membership, &asked), &settings,
                             &error) < 0) {
        say(&error);
        end_task();
    }
    return 0;
}

int slurm_spank_exit(spank_t spank, int count, char *words[])
{
    (void)spank;
    (void)count;
    (void)words;
    membership_release(&membership);
    return 0;
}

/* The prolog and the epilog run in processes of their own, without slurm_spank_init. */
int slurm_spank_job_prolog(spank_t spank, int count, char *words[])
{
    const char *account = getenv("SLURM_JOB_ACCOUNT");
    const char *partition = getenv("SLURM_JOB_PARTITION");
    const struct vouched vouched = {account ? account : "", partition ? partition : ""};
    struct error error = {.party = ERROR_NONE};
    struct job job;

    options_read_prolog(&asked);
    if (!asked.value[OPTION_WORKSPACE][0])
        return 0;
    read_settings(count, words);
    if (settings_failure.party)
        say(&settings_failure);
    else if (job_read(&job, spank) < 0)
        slurm_error("atelier: Slurm does not say which job and node this prolog is of");
    else if (keeper_start(&settings, &job, &vouched, &asked, &error) < 0)
        slurm_error("atelier: job %u: %s", job.id, error.text);
    return 0;
}

int slurm_spank_job_epilog(spank_t spank, int count, char *words[])
{
    struct error error = {.party = ERROR_NONE};
    struct job job;

    read_settings(count, words);
    if (job_read(&job, spank) == 0 && keeper_was_started(&settings, &job) &&
        keeper_stop(&settings, &job, &error) < 0)
        slurm_error("atelier: job %u: %s", job.id, error.text);
    return 0;
}
