/* task.c: starts a step and each of its tasks. */
#include "plugin/task.h"

#include "lib/agreed.h"
#include "lib/slurm/memory_kill.h"
#include "plugin/admission.h"
#include "plugin/compat.h"
#include "plugin/directories.h"
#include "plugin/failure.h"
#include "plugin/inherited.h"
#include "plugin/job_record.h"
#include "plugin/keeper_client.h"
#include "plugin/launch_check.h"
#include "plugin/node.h"
#include "plugin/task_environment.h"
#include "plugin/variable.h"

#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_NODE_MS 1000 /* all nodes start a step at the same time */

/* A step may choose otherwise than its job, since the choice is one of variables' names
 * only. */
static bool is_compatible(const struct membership *membership,
                          const struct options *asked)
{
    const char *of_job = record_get(membership->facts, "compat");
    const char *wanted = asked->value[OPTION_COMPAT];

    return strcmp(*wanted || !of_job ? wanted : of_job, COMPAT_BATCHAI) == 0;
}

/* Does once what all tasks of the node would do each. */
static void prepare_tasks(struct start *start, const struct options *asked,
                          struct spank_handle *spank)
{
    struct membership *membership = &start->membership;
    struct error *failure = &membership->failure;

    membership->is_alike = admission_check(membership, asked, failure) < 0;
    if (membership->is_alike ||
        admission_framework(membership, asked, &start->launcher.framework, failure) < 0)
        return;
    start->launcher.directory = start->settings->launchers;
    start->compat = is_compatible(membership, asked);
    if (task_environment_share(start, spank, failure) == 0)
        options_mark_defaults(spank, start->compat);
}

/* In a heterogeneous job, srun gives all components the workspace and experiment of one
 * of them. They are no wish of this component's. */
static void forget_other_components(struct options *asked, struct spank_handle *spank)
{
    char *size = spank_job_environment(spank, "SLURM_HET_SIZE");

    if (size)
        asked->value[OPTION_WORKSPACE][0] = asked->value[OPTION_EXPERIMENT][0] = '\0';
    free(size);
}

/* Finds out why a job has no keeper: only slurmctld knows whether it was to have one. */
static void blame_step(struct start *start, struct spank_handle *spank,
                       const char *workspace)
{
    const struct job *job = &start->step.job;
    char *comment = job_record_comment(start->settings, spank, job);
    char quoted[NAME_QUOTED_SIZE];

    name_quote(workspace, quoted, sizeof(quoted));
    if (comment && strncmp(comment, RECORD_MARK, strlen(RECORD_MARK)) != 0) {
        error_clear(&start->membership.failure);
        error_set(&start->membership.failure, ERROR_USER,
                  "job %u was submitted without --workspace, and a step cannot give it "
                  "one: give --workspace=%s to salloc or sbatch, or to an srun outside "
                  "of a job",
                  job->id, quoted);
        start->membership.is_alike = true;
    }
    free(comment);
}

static void join(struct start *start, struct options *asked, struct spank_handle *spank)
{
    struct membership *membership = &start->membership;
    const struct step *step = &start->step;

    membership_join(membership, start->settings, &step->job, asked);
    if (membership->failure.party && step->kind == STEP_TASKS &&
        options_name_workspace(asked) &&
        !keeper_client_was_started(start->settings, &step->job))
        blame_step(start, spank, asked->value[OPTION_WORKSPACE]);
    if (membership_exists(membership))
        forget_other_components(asked, spank);
}

void task_step_begin(struct start *start, const struct site *site, struct options *asked,
                     struct spank_handle *spank)
{
    struct membership *membership = &start->membership;

    start->settings = &site->settings;
    if (spank_job_read_step(&start->step, spank) < 0) {
        if (options_given(asked))
            error_set(&membership->failure, ERROR_NODE,
                      "Slurm does not say which job and node this step is of");
        return;
    }
    if (start->step.kind == STEP_EXTERN) {
        node_begin_extern(&site->settings, &start->step.job);
        return;
    }
    options_recall(asked, spank);
    if (asked->value[OPTION_CHECK][0])
        step_secret_take(&start->secret, spank);
    options_ignore_defaults(asked, spank);
    join(start, asked, spank);
    if (!membership_exists(membership)) {
        inherited_forget_all(spank, &start->step);
        return;
    }
    step_files_take(&start->files, spank);
    if (site->failure.party)
        membership->failure = site->failure;
    if (!membership->failure.party)
        prepare_tasks(start, asked, spank);
}

/* Gives free memory back before the tasks are forked. Each of them is a copy of this
 * process, and would copy the free pages as soon as it allocates. */
static void give_memory_back(void)
{
    malloc_trim(0);
}

void task_step_prepare(struct start *start, struct spank_handle *spank)
{
    struct membership *membership = &start->membership;

    membership->has_files = true;
    if (!membership_exists(membership) || membership->failure.party)
        return;
    step_files_look_at_directory(&start->files, start->settings, spank, &start->step);
    membership->failure = start->files.fault;
    membership->is_alike = start->files.fault.party != ERROR_NONE;
    one_voice_prepare(&start->voice);
    if (membership->failure.party || !task_environment_is_rank(start, spank))
        return;
    if (start->launcher.framework.name[0])
        task_environment_ahead(start, spank, &membership->failure);
    give_memory_back();
}

static unsigned step_nodes(struct spank_handle *spank)
{
    struct error ignored = {.party = ERROR_NONE};
    unsigned nodes = 1;

    variable_read_number(spank, "SLURM_STEP_NUM_NODES", false, &nodes, &ignored);
    return nodes;
}

/* Notes the fault of a file. All nodes find the same fault of the working directory, and
 * a task has told the user: then only the first node notes it. */
static void report_files(const struct start *start, struct spank_handle *spank)
{
    const struct error *fault = &start->files.fault;
    const struct job *job = &start->step.job;
    char notice[FAULT_NOTICE_SIZE];
    unsigned node_rank = 0;

    if (!fault->party)
        return;
    if (!start->membership.has_files)
        spank_job_say("job %u: %s", job->id, fault->text);
    else if (spank_job_node_rank(spank, &node_rank) == 0 && node_rank > 0)
        return;
    failure_note(start->settings, job, step_nodes(spank),
                 file_fault_notice(notice, fault));
}

void task_step_end(struct start *start, struct spank_handle *spank)
{
    const struct membership *membership = &start->membership;

    if (!membership_exists(membership))
        return;
    if (!membership->has_files && !membership->failure.party)
        step_files_look(&start->files, start->settings, spank, &start->step);
    report_files(start, spank);
}

/* Writes the step's name as Slurm's accounting does. */
static void write_step(char text[16], const struct step *step)
{
    if (step->kind == STEP_BATCH)
        strcpy(text, "batch");
    else if (step->kind == STEP_INTERACTIVE)
        strcpy(text, "interactive");
    else
        snprintf(text, 16, "%u", step->id);
}

/* Notes what was lost, with the step's name. A note is never taken back, though the data
 * may be saved later, so that the note of a later step has to differ. */
static void note_loss(const struct start *start, unsigned nodes, const char *notice)
{
    char text[FAULT_NOTICE_SIZE + 64], name[16];

    write_step(name, &start->step);
    snprintf(text, sizeof(text), "at the end of step %s: %s", name, notice);
    failure_note_loss(start->settings, &start->step.job, nodes, text);
}

static void report_losses(const struct start *start, struct spank_handle *spank)
{
    const struct job *job = &start->step.job;
    struct fault loss = {.requeue = false};

    if (keeper_client_ask_losses(start->settings, job, &loss) == 0)
        return;
    spank_job_say("job %u: %s", job->id, loss.error.text);
    note_loss(start, step_nodes(spank), loss.notice);
}

/* Slurm says likewise, but neither of which node nor how much it may use. */
static void report_memory(const struct start *start, struct spank_handle *spank)
{
    const struct job *job = &start->step.job;
    char text[FAULT_NOTICE_SIZE];
    struct memory_kill kill;

    if (!memory_kill_find("", &kill))
        return;
    memory_kill_describe(&kill, job->node, text, sizeof(text));
    spank_job_say("job %u: %s", job->id, text);
    note_loss(start, step_nodes(spank), text);
}

/* This is done before Slurm hears of the last task's end: until then srun waits, and
 * Slurm takes a note. What a program writes after its step has ended is told by the
 * epilog. */
void task_end(struct start *start, struct spank_handle *spank)
{
    const struct membership *membership = &start->membership;

    if (!membership->facts || membership->failure.party ||
        ++start->ended < spank_job_local_tasks(spank))
        return;
    report_losses(start, spank);
    report_memory(start, spank);
}

static void leave(void)
{
    fflush(stderr);
    _exit(1);
}

/* Ends the task. An error without a sentence was told by another task. */
static void refuse(const struct error *error)
{
    if (error->party)
        spank_job_say("%s", error->text);
    leave();
}

/* The same with a sentence that holds on all nodes, or names the node that it is of. */
static void refuse_for_all(const struct error *error)
{
    if (error->party)
        spank_job_say_for_all(error->text);
    leave();
}

/* Ends the task for a reason that all tasks of the node have: the first one tells it. */
static void refuse_together(const struct error *error, struct spank_handle *spank)
{
    if (spank_job_local_number(spank) > 0)
        _exit(1);
    refuse(error);
}

/* Ends the task after the first node had time to tell the reason: the end of any task may
 * be the end of the step (--kill-on-bad-exit). */
static void leave_to_first_node(void)
{
    poll(NULL, 0, FIRST_NODE_MS);
    _exit(1);
}

/* Ends the task for a reason that all tasks of the step have. */
static void refuse_alike(const struct error *error, struct spank_handle *spank)
{
    if (one_voice_is_elsewhere(spank))
        leave_to_first_node();
    if (spank_job_local_number(spank) > 0)
        leave();
    refuse_for_all(error);
}

/* Ends the task for a reason that not all tasks need have. The first of the node's tasks
 * that has it tells it; on other nodes than the first only where the step's first task
 * does not have it too. */
static void refuse_once(struct start *start, const struct error *error,
                        struct spank_handle *spank)
{
    if (one_voice_is_elsewhere(spank) &&
        task_environment_is_refused_first(start, spank, error))
        leave_to_first_node();
    if (!one_voice_take(&start->voice))
        _exit(1);
    refuse(error);
}

void task_begin(struct start *start, const struct options *asked,
                struct spank_handle *spank)
{
    const struct membership *membership = &start->membership;
    struct error error = {.party = ERROR_NONE};

    if (!membership_exists(membership))
        return;
    if (membership->failure.party && membership->is_alike)
        refuse_alike(&membership->failure, spank);
    if (membership->failure.party)
        refuse_together(&membership->failure, spank);
    if (membership_verify(membership, &error) < 0 ||
        (start->launcher.framework.name[0] &&
         launcher_check(&start->launcher, &error) < 0))
        refuse_together(&error, spank);
    if (task_environment_set(start, spank, &error) < 0 ||
        directories_set(spank, asked, membership->facts, start->compat, &error) < 0)
        refuse_once(start, &error, spank);
    if (asked->value[OPTION_CHECK][0] && task_environment_is_rank(start, spank) &&
        launch_check(start, spank, &error) < 0)
        refuse_for_all(&error);
}
