/* task_environment.c: sets what a task finds in its environment. */
#include "plugin/task_environment.h"

#include "lib/launcher/launcher_session.h"
#include "lib/launcher/launcher_starter.h"
#include "lib/protocol/keeper_message.h"
#include "plugin/compat.h"
#include "plugin/guard.h"
#include "plugin/job_variables.h"
#include "plugin/mpi_ranks.h"
#include "plugin/variable.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All tasks of a node wait while the launcher is asked ahead. In larger steps a single
 * answer may take longer, so that the launcher is only loaded there. */
#define AHEAD_MS 10
#define AHEAD_TASKS_MAX 4096

static int set_policys(struct ours *ours, struct spank_handle *spank,
                       const struct record *facts, struct error *error)
{
    for (size_t i = 0; i < record_count(facts); i++) {
        const char *name = keeper_message_variable(facts, i);

        if (name && ours_set(ours, spank, LAUNCHER_DEFAULTS, name, record_value(facts, i),
                             error) < 0)
            return -1;
    }
    return 0;
}

/* What a task is to the launchers. */
enum part {
    PART_NONE,    /* nothing, as a batch script */
    PART_STARTER, /* it starts the ranks itself, and gets what they want, but no rank */
    PART_RANK
};

/* Whether the program starts ranks itself, or prepares the node for them. */
static bool is_no_rank(const char *program)
{
    static const char *const known[] = {"orted", "prted", "hydra_bstrap_proxy",
                                        "hydra_pmi_proxy", "atelier-prepare"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(program, known[i]) == 0)
            return true;
    return false;
}

static bool has_one_task(struct spank_handle *spank)
{
    struct error ignored = {.party = ERROR_NONE};
    unsigned tasks;

    return variable_read_number(spank, "SLURM_STEP_NUM_TASKS", false, &tasks, &ignored) ==
               0 &&
           tasks == 1;
}

/* Whether the command is a shell that somebody may type in, as salloc's is. Whether it
 * has a terminal can be seen in the task alone. */
static bool may_be_typed_in(struct spank_handle *spank)
{
    char **words = NULL;
    int count = spank_job_words(spank, &words);

    return launcher_starter_is_shell(words, count) && has_one_task(spank);
}

static enum part part_of(const struct start *start, struct spank_handle *spank)
{
    char **words = NULL;
    int count = spank_job_words(spank, &words);

    if (start->step.kind != STEP_TASKS || is_no_rank(spank_job_program(spank)))
        return PART_NONE;
    if (launcher_starter(words, count) ||
        (may_be_typed_in(spank) && isatty(STDIN_FILENO)))
        return PART_STARTER;
    return PART_RANK;
}

/* Sets all of `environment` but what `already` has, which is NULL where nothing was set
 * before. */
static int set_all(struct ours *ours, struct spank_handle *spank,
                   const struct record *environment, const struct record *already,
                   struct error *error)
{
    for (size_t i = 0; i < record_count(environment); i++) {
        const char *key = record_key(environment, i), *name;
        enum launcher_kind kind = launcher_kind(key, &name);

        if (already && record_get(already, key))
            continue;
        if (ours_set(ours, spank, kind, name, record_value(environment, i), error) < 0)
            return -1;
    }
    return 0;
}

/* Takes back the common variables, which were set for a layout that is not the task's. */
static void forget_common(const struct ours *ours, struct spank_handle *spank,
                          const struct record *common)
{
    const char *name, *given;

    for (size_t i = 0; common && i < record_count(common); i++) {
        launcher_kind(record_key(common, i), &name);
        given = ours_given(ours, name);
        if (given)
            spank_job_environment_set(spank, name, given, true);
        else
            spank_job_environment_unset(spank, name);
    }
}

static int set_defaults(struct ours *ours, struct spank_handle *spank,
                        const struct record *environment, struct error *error)
{
    const char *name;

    for (size_t i = 0; i < record_count(environment); i++)
        if (launcher_kind(record_key(environment, i), &name) == LAUNCHER_DEFAULTS &&
            ours_set(ours, spank, LAUNCHER_DEFAULTS, name, record_value(environment, i),
                     error) < 0)
            return -1;
    return 0;
}

/* Sets the defaults alone. The launcher is not shown what the user has set, since those
 * variables stay the user's in any case. */
static int set_of_starter(struct start *start, struct spank_handle *spank,
                          struct layout *layout, struct error *error)
{
    struct record *environment;
    int status;

    layout->is_starter = true;
    layout->given = NULL;
    if (launcher_environment(&environment, &start->launcher, layout, error) < 0)
        return -1;
    status = set_defaults(&start->ours, spank, environment, error);
    record_destroy(environment);
    return status;
}

static int set_of_rank(struct start *start, struct spank_handle *spank,
                       const struct layout *layout, struct error *error)
{
    const struct launcher_session *session = start->launcher.session;
    const struct record *common = launcher_session_common(session);
    const struct record *ahead = launcher_session_environment(session, layout);
    struct record *asked = NULL;
    int status = 0;

    if (!ahead) {
        forget_common(&start->ours, spank, common);
        status = launcher_environment(&asked, &start->launcher, layout, error);
    }
    if (status == 0)
        status = ahead ? set_all(&start->ours, spank, ahead, common, error)
                       : set_all(&start->ours, spank, asked, NULL, error);
    if (status == 0)
        status = mpi_ranks_set(&start->ours, spank, ahead ? ahead : asked, start->compat,
                               error);
    record_destroy(asked);
    return status;
}

static int set_launchers(struct start *start, struct spank_handle *spank, enum part part,
                         struct error *error)
{
    struct step_layout read;
    int status = step_layout_read(&read, spank, &start->step, &start->ours, error);

    if (status == 0)
        status = part == PART_RANK ? set_of_rank(start, spank, &read.layout, error)
                                   : set_of_starter(start, spank, &read.layout, error);
    step_layout_release(&read);
    return status;
}

/* Fills `*layouts`, malloc'ed, with the layouts of this node's tasks, and returns their
 * number. */
static size_t read_layouts(struct layout **layouts, struct spank_handle *spank,
                           const struct layout *common)
{
    unsigned count = spank_job_local_tasks(spank), node_rank;

    *layouts = count > 0 ? calloc(count, sizeof(**layouts)) : NULL;
    if (!*layouts || spank_job_node_rank(spank, &node_rank) < 0)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        (*layouts)[i] = *common;
        (*layouts)[i].local_rank = i;
        (*layouts)[i].node_rank = node_rank;
        if (spank_job_rank(spank, i, &(*layouts)[i].rank) < 0)
            return i;
    }
    return count;
}

int task_environment_ahead(struct start *start, struct spank_handle *spank,
                           struct error *error)
{
    const struct layout *shared = &start->layout.layout;
    struct error ignored = {.party = ERROR_NONE};
    struct layout *layouts = NULL;
    const struct record *common;
    size_t count;

    if (may_be_typed_in(spank) ||
        step_layout_read_common(&start->layout, spank, &start->step, &start->ours,
                                &ignored) < 0)
        return 0;
    count = read_layouts(&layouts, spank, shared);
    start->launcher.session =
        launcher_session_create(&start->launcher, layouts, count,
                                shared->tasks <= AHEAD_TASKS_MAX ? AHEAD_MS : 0);
    free(layouts);
    common = launcher_session_common(start->launcher.session);
    return common ? set_all(&start->ours, spank, common, NULL, error) : 0;
}

bool task_environment_is_rank(const struct start *start, struct spank_handle *spank)
{
    return part_of(start, spank) == PART_RANK;
}

int task_environment_share(struct start *start, struct spank_handle *spank,
                           struct error *error)
{
    const char *framework = start->launcher.framework.name;
    const struct record *facts = start->membership.facts;
    const struct step *step = &start->step;

    ours_forget(spank);
    if (job_variables_share(spank, step, start->settings, facts, framework, start->compat,
                            error) < 0 ||
        set_policys(&start->ours, spank, facts, error) < 0 || guard_set(spank, error) < 0)
        return -1;
    if (step->kind == STEP_TASKS && framework[0])
        ours_keep_given(&start->ours, spank);
    return start->compat ? 0 : compat_take_away(spank, error);
}

int task_environment_set(struct start *start, struct spank_handle *spank,
                         struct error *error)
{
    const char *framework = start->launcher.framework.name;
    const struct step *step = &start->step;
    enum part part = part_of(start, spank);
    bool is_rank = part == PART_RANK;

    if (job_variables_set(spank, step, start->settings, is_rank, start->compat, error) <
        0)
        return -1;
    if (framework[0] && part != PART_NONE && set_launchers(start, spank, part, error) < 0)
        return -1;
    if (start->compat &&
        compat_set(&start->ours, spank, step, framework, is_rank, error) < 0)
        return -1;
    return ours_tell(&start->ours, spank, error);
}

/* Whether the launcher refuses the step's first task with just this sentence. Of that
 * task's node nothing is known, so that `gpus` says how many GPUs it is taken to have. */
static bool is_refused(const struct launcher *launcher, const struct layout *layout,
                       unsigned gpus, const char *sentence)
{
    struct layout first = *layout;
    struct record *environment = NULL;
    struct error error = {.party = ERROR_NONE};
    int status;

    first.rank = first.local_rank = first.node_rank = 0;
    first.node = first.gpus = NULL;
    first.gpus_on_node = gpus;
    status = launcher_environment(&environment, launcher, &first, &error);
    record_destroy(environment);
    return status < 0 && error.party == ERROR_USER && strcmp(error.text, sentence) == 0;
}

bool task_environment_is_refused_first(const struct start *start,
                                       struct spank_handle *spank,
                                       const struct error *error)
{
    const struct launcher *launcher = &start->launcher;
    struct error ignored = {.party = ERROR_NONE};
    struct step_layout read;
    bool refused;

    if (!launcher->framework.name[0] || error->party != ERROR_USER ||
        part_of(start, spank) != PART_RANK)
        return false;
    refused = step_layout_read(&read, spank, &start->step, &start->ours, &ignored) == 0 &&
              is_refused(launcher, &read.layout, 0, error->text) &&
              is_refused(launcher, &read.layout, 1, error->text);
    step_layout_release(&read);
    return refused;
}
