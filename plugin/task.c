/* task.c: starts a step and each of its tasks. */
#include "plugin/task.h"

#include "lib/agreed.h"
#include "lib/launcher/launcher_ahead.h"
#include "plugin/admission.h"
#include "plugin/compat.h"
#include "plugin/directories.h"
#include "plugin/failure.h"
#include "plugin/inherited.h"
#include "plugin/job_record.h"
#include "plugin/keeper_client.h"
#include "plugin/launch_check.h"
#include "plugin/one_voice.h"
#include "plugin/task_environment.h"
#include "plugin/variable.h"

#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_NODE_MS 1000 /* all nodes start a step at the same time */

/* A step may choose otherwise than its job: these are names of variables. */
static bool is_compatible(const struct membership *membership,
                          const struct options *asked)
{
    const char *of_job = record_get(membership->facts, "compat");
    const char *wanted = asked->value[OPTION_COMPAT];

    return strcmp(*wanted || !of_job ? wanted : of_job, COMPAT_BATCHAI) == 0;
}

/* Everything that all tasks of the node share is done once, here. */
static void prepare_tasks(struct membership *membership, struct start *start,
                          const struct settings *settings, const struct step *step,
                          const struct options *asked, struct spank_handle *spank)
{
    struct error *failure = &membership->failure;

    membership->is_alike = admission_check(membership, asked, failure) < 0;
    if (membership->is_alike ||
        admission_framework(membership, asked, &start->framework, failure) < 0)
        return;
    start->compat = is_compatible(membership, asked);
    if (task_environment_share(spank, step, settings, membership->facts, start,
                               failure) == 0)
        options_mark_defaults(spank, start->compat);
}

/* srun gave all components of a heterogeneous job the names of one of them. */
static void forget_other_components(struct options *asked, struct spank_handle *spank)
{
    char *size = step_environment(spank, "SLURM_HET_SIZE");

    if (size)
        asked->value[OPTION_WORKSPACE][0] = asked->value[OPTION_EXPERIMENT][0] = '\0';
    free(size);
}

/* Only slurmctld knows whether a job that has no keeper was to have one. */
static void blame_step(struct membership *membership, const struct settings *settings,
                       struct spank_handle *spank, const struct step *step,
                       const char *workspace)
{
    char *comment = job_record_comment(settings, spank, &step->job);
    char quoted[NAME_QUOTED_SIZE];

    name_quote(workspace, quoted, sizeof(quoted));
    if (comment && strncmp(comment, RECORD_MARK, strlen(RECORD_MARK)) != 0) {
        error_clear(&membership->failure);
        error_set(&membership->failure, ERROR_USER,
                  "job %u was submitted without --workspace, and a step cannot give it "
                  "one: give --workspace=%s to salloc or sbatch, or to an srun outside "
                  "of a job",
                  step->job.id, quoted);
        membership->is_alike = true;
    }
    free(comment);
}

static void join(struct membership *membership, struct options *asked,
                 const struct settings *settings, struct spank_handle *spank,
                 const struct step *step)
{
    membership_join(membership, settings, &step->job, asked);
    if (membership->failure.party && step->kind == STEP_TASKS &&
        options_name_workspace(asked) && !keeper_client_was_started(settings, &step->job))
        blame_step(membership, settings, spank, step, asked->value[OPTION_WORKSPACE]);
    if (membership_exists(membership))
        forget_other_components(asked, spank);
}

void step_begin(struct membership *membership, struct start *start,
                const struct site *site, struct options *asked,
                struct spank_handle *spank)
{
    struct step step;

    if (step_read(&step, spank) < 0) {
        if (options_given(asked))
            error_set(&membership->failure, ERROR_NODE,
                      "Slurm does not say which job and node this step is of");
        return;
    }
    if (step.kind == STEP_EXTERN)
        return;
    options_recall(asked, spank);
    if (asked->value[OPTION_CHECK][0])
        step_secret_take(&start->secret, spank);
    options_ignore_defaults(asked, spank);
    join(membership, asked, &site->settings, spank, &step);
    if (!membership_exists(membership))
        inherited_forget_all(spank, &step);
    if (membership_exists(membership))
        step_files_take(&start->files, spank);
    if (membership_exists(membership) && site->failure.party)
        membership->failure = site->failure;
    if (membership_exists(membership) && !membership->failure.party)
        prepare_tasks(membership, start, &site->settings, &step, asked, spank);
}

/* Each task is a copy of this process: what was used here and is free again would be
 * copied for each, as soon as it allocates. */
static void give_memory_back(void)
{
    malloc_trim(0);
}

void step_prepare(struct membership *membership, struct start *start,
                  const struct site *site, struct spank_handle *spank)
{
    struct step step;

    membership->has_files = true;
    if (!membership_exists(membership) || membership->failure.party ||
        step_read(&step, spank) < 0)
        return;
    step_files_look_at_directory(&start->files, &site->settings, spank, &step);
    membership->failure = start->files.fault;
    membership->is_alike = start->files.fault.party != ERROR_NONE;
    one_voice_prepare();
    if (membership->failure.party || !task_is_rank(spank, &step))
        return;
    if (start->framework.name[0])
        task_environment_ahead(spank, &step, &start->framework, &site->settings,
                               &membership->failure);
    give_memory_back();
}

static unsigned step_nodes(struct spank_handle *spank)
{
    struct error ignored = {.party = ERROR_NONE};
    unsigned nodes = 1;

    variable_read_number(spank, "SLURM_STEP_NUM_NODES", false, &nodes, &ignored);
    return nodes;
}

/* All nodes say the same of the working directory, and a task has told the user. */
static void report_files(const struct membership *membership, const struct start *start,
                         const struct site *site, struct spank_handle *spank,
                         const struct step *step)
{
    const struct error *fault = &start->files.fault;
    char notice[NOTICE_SIZE];
    unsigned node_rank = 0;

    if (!fault->party)
        return;
    if (!membership->has_files)
        job_say("job %u: %s", step->job.id, fault->text);
    else if (step_node_rank(spank, &node_rank) == 0 && node_rank > 0)
        return;
    failure_note(&site->settings, &step->job, step_nodes(spank),
                 file_fault_notice(notice, fault));
}

void step_end(const struct membership *membership, struct start *start,
              const struct site *site, struct spank_handle *spank)
{
    struct step step;

    if (!membership_exists(membership) || step_read(&step, spank) < 0)
        return;
    if (!membership->has_files && !membership->failure.party)
        step_files_look(&start->files, &site->settings, spank, &step);
    report_files(membership, start, site, spank, &step);
    step_files_release(&start->files);
}

/* As the steps of a job are named in Slurm's accounting. */
static void write_step(char text[16], const struct step *step)
{
    if (step->kind == STEP_BATCH)
        strcpy(text, "batch");
    else if (step->kind == STEP_INTERACTIVE)
        strcpy(text, "interactive");
    else
        snprintf(text, 16, "%u", step->id);
}

/* With the step's name: a note is never taken back, though what it says may be saved
 * later, and a later step's is to differ. */
static void note_loss(const struct site *site, const struct step *step, unsigned nodes,
                      const char *notice)
{
    char text[NOTICE_SIZE + 64], name[16];

    write_step(name, step);
    snprintf(text, sizeof(text), "at the end of step %s: %s", name, notice);
    failure_note_loss(&site->settings, &step->job, nodes, text);
}

/* Before Slurm hears of the last task's end: until then it takes a note, and srun waits.
 * What a program writes behind its step is for the epilog to tell. */
void task_end(const struct membership *membership, const struct site *site,
              struct spank_handle *spank)
{
    static unsigned ended;
    struct error loss = {.party = ERROR_NONE};
    char notice[NOTICE_SIZE];
    struct step step;

    if (!membership->facts || membership->failure.party ||
        ++ended < step_local_tasks(spank) || step_read(&step, spank) < 0 ||
        keeper_client_ask_losses(&site->settings, &step.job, &loss, notice) == 0)
        return;
    job_say("job %u: %s", step.job.id, loss.text);
    note_loss(site, &step, step_nodes(spank), notice);
}

/* Without a sentence, another task has told it. */
static void refuse(const struct error *error)
{
    if (error->party)
        job_say("%s", error->text);
    fflush(stderr);
    _exit(1);
}

/* All tasks of the node have the same reason: one tells it. */
static void refuse_together(const struct error *error, struct spank_handle *spank)
{
    if (task_local_number(spank) > 0)
        _exit(1);
    refuse(error);
}

/* The end of any task may be the end of the step (--kill-on-bad-exit), and the first node
 * is to have told before. */
static void leave_to_first_node(void)
{
    poll(NULL, 0, FIRST_NODE_MS);
    _exit(1);
}

/* All tasks of the step have. */
static void refuse_alike(const struct error *error, struct spank_handle *spank)
{
    if (one_voice_is_elsewhere(spank))
        leave_to_first_node();
    refuse_together(error, spank);
}

/* Of the tasks that have a reason, which need not be all: on other nodes than the first,
 * what its first task has not. */
static void refuse_once(const struct error *error, struct spank_handle *spank,
                        const struct step *step, const struct start *start,
                        const struct settings *settings)
{
    if (one_voice_is_elsewhere(spank) &&
        task_environment_is_refused_first(spank, step, start, settings, error))
        leave_to_first_node();
    if (!one_voice_take())
        _exit(1);
    refuse(error);
}

void task_begin(const struct membership *membership, const struct start *start,
                const struct site *site, const struct options *asked,
                struct spank_handle *spank)
{
    const struct framework *framework = &start->framework;
    const char *launchers = site->settings.launchers;
    struct error error = {.party = ERROR_NONE};
    struct step step;

    if (!membership_exists(membership))
        return;
    if (membership->failure.party && membership->is_alike)
        refuse_alike(&membership->failure, spank);
    if (membership->failure.party)
        refuse_together(&membership->failure, spank);
    if (membership_verify(membership, &error) < 0 ||
        (framework->name[0] && !launcher_ahead_has(launchers, framework) &&
         launcher_check(launchers, framework, &error) < 0))
        refuse_together(&error, spank);
    if (step_read(&step, spank) < 0)
        error_set(&error, ERROR_NODE,
                  "Slurm does not say which job and node this task is of");
    else if (task_environment_set(spank, &step, start, &site->settings, &error) == 0)
        directories_set(spank, asked, membership->facts, start->compat, &error);
    if (error.party)
        refuse_once(&error, spank, &step, start, &site->settings);
    if (asked->value[OPTION_CHECK][0] && task_is_rank(spank, &step) &&
        launch_check(spank, &step, start, &site->settings, &error) < 0)
        refuse(&error);
}
