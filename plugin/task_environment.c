/* task_environment.c: sets what a task finds in its environment. */
#include "plugin/task_environment.h"

#include "lib/launcher/launcher_ahead.h"
#include "lib/launcher/launcher_starter.h"
#include "lib/protocol/keeper_message.h"
#include "plugin/compat.h"
#include "plugin/guard.h"
#include "plugin/job_variables.h"
#include "plugin/mpi_ranks.h"
#include "plugin/ours.h"
#include "plugin/step_layout.h"
#include "plugin/variable.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All tasks of a node wait for it. In larger steps one answer may take longer. */
#define AHEAD_MS 10
#define AHEAD_TASKS_MAX 4096

static int set_policys(struct spank_handle *spank, const struct record *facts,
                       struct error *error)
{
    for (size_t i = 0; i < record_count(facts); i++) {
        const char *name = keeper_message_variable(facts, i);

        if (name &&
            ours_set(spank, OURS_DEFAULT, name, record_value(facts, i), error) < 0)
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

/* They start ranks themselves, or prepare the node for them. */
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

/* A shell to type in, as salloc's: a terminal is known in the task alone. */
static bool may_be_typed_in(struct spank_handle *spank)
{
    char **words = NULL;
    int count = step_words(spank, &words);

    return launcher_shell(words, count) && has_one_task(spank);
}

static enum part part_of(struct spank_handle *spank, const struct step *step)
{
    char **words = NULL;
    int count = step_words(spank, &words);

    if (step->kind != STEP_TASKS || is_no_rank(step_program(spank)))
        return PART_NONE;
    if (launcher_starter(words, count) ||
        (may_be_typed_in(spank) && isatty(STDIN_FILENO)))
        return PART_STARTER;
    return PART_RANK;
}

/* All of `environment`, but what is set already: NULL for nothing. */
static int set_all(struct spank_handle *spank, const struct record *environment,
                   const struct record *already, struct error *error)
{
    static const enum ours_kind kinds[] = {[LAUNCHER_SETS] = OURS_MEETING,
                                           [LAUNCHER_RANKS] = OURS_RANK,
                                           [LAUNCHER_DEFAULTS] = OURS_DEFAULT};

    for (size_t i = 0; i < record_count(environment); i++) {
        const char *key = record_key(environment, i), *name;
        enum launcher_kind kind = launcher_kind(key, &name);

        if (already && record_get(already, key))
            continue;
        if (ours_set(spank, kinds[kind], name, record_value(environment, i), error) < 0)
            return -1;
    }
    return 0;
}

/* They were set for a layout that is not the task's. */
static void forget_common(struct spank_handle *spank, const struct record *common)
{
    const char *name;

    for (size_t i = 0; common && i < record_count(common); i++) {
        launcher_kind(record_key(common, i), &name);
        if (step_layout_given(name))
            step_environment_set(spank, name, step_layout_given(name), true);
        else
            step_environment_unset(spank, name);
    }
}

static int set_defaults(struct spank_handle *spank, const struct record *environment,
                        struct error *error)
{
    const char *name;

    for (size_t i = 0; i < record_count(environment); i++)
        if (launcher_kind(record_key(environment, i), &name) == LAUNCHER_DEFAULTS &&
            ours_set(spank, OURS_DEFAULT, name, record_value(environment, i), error) < 0)
            return -1;
    return 0;
}

/* The launcher does not see variables that the user has set: they stay the user's. */
static int set_of_starter(struct spank_handle *spank, const char *launchers,
                          const struct framework *framework, struct layout *layout,
                          struct error *error)
{
    struct record *environment;
    int status;

    layout->is_starter = true;
    layout->given = NULL;
    if (launcher_environment(&environment, launchers, framework, layout, error) < 0)
        return -1;
    status = set_defaults(spank, environment, error);
    record_destroy(environment);
    return status;
}

static int set_of_rank(struct spank_handle *spank, const struct start *start,
                       const char *launchers, const struct layout *layout,
                       struct error *error)
{
    const struct record *common = launcher_ahead_common();
    const struct record *ahead =
        launcher_ahead_environment(launchers, &start->framework, layout);
    struct record *asked = NULL;
    int status = 0;

    if (!ahead) {
        forget_common(spank, common);
        status =
            launcher_environment(&asked, launchers, &start->framework, layout, error);
    }
    if (status == 0)
        status = ahead ? set_all(spank, ahead, common, error)
                       : set_all(spank, asked, NULL, error);
    if (status == 0)
        status = mpi_ranks_set(spank, ahead ? ahead : asked, start->compat, error);
    record_destroy(asked);
    return status;
}

static int set_launchers(struct spank_handle *spank, const struct step *step,
                         enum part part, const struct start *start, const char *launchers,
                         struct error *error)
{
    struct step_layout read;
    int status = step_layout_read(&read, spank, step, error);

    if (status == 0)
        status = part == PART_RANK
                     ? set_of_rank(spank, start, launchers, &read.layout, error)
                     : set_of_starter(spank, launchers, &start->framework, &read.layout,
                                      error);
    step_layout_release(&read);
    return status;
}

/* Returns the number of layouts, malloc'ed in `*layouts`: of the tasks of this node. */
static size_t read_layouts(struct layout **layouts, struct spank_handle *spank,
                           const struct layout *common)
{
    unsigned count = step_local_tasks(spank), node_rank;

    *layouts = count > 0 ? calloc(count, sizeof(**layouts)) : NULL;
    if (!*layouts || step_node_rank(spank, &node_rank) < 0)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        (*layouts)[i] = *common;
        (*layouts)[i].local_rank = i;
        (*layouts)[i].node_rank = node_rank;
        if (step_rank(spank, i, &(*layouts)[i].rank) < 0)
            return i;
    }
    return count;
}

/* The variables that were read stay in memory, since the answers are found by them. */
int task_environment_ahead(struct spank_handle *spank, const struct step *step,
                           const struct framework *framework,
                           const struct settings *settings, struct error *error)
{
    static struct step_layout read;
    struct error ignored = {.party = ERROR_NONE};
    struct layout *layouts = NULL;
    const struct record *common;
    size_t count;

    if (!may_be_typed_in(spank) &&
        step_layout_read_common(&read, spank, step, &ignored) == 0) {
        count = read_layouts(&layouts, spank, &read.layout);
        launcher_ahead(settings->launchers, framework, layouts, count,
                       read.layout.tasks <= AHEAD_TASKS_MAX ? AHEAD_MS : 0);
    }
    free(layouts);
    common = launcher_ahead_common();
    return common ? set_all(spank, common, NULL, error) : 0;
}

bool task_is_rank(struct spank_handle *spank, const struct step *step)
{
    return part_of(spank, step) == PART_RANK;
}

int task_environment_share(struct spank_handle *spank, const struct step *step,
                           const struct settings *settings, const struct record *facts,
                           const struct start *start, struct error *error)
{
    ours_forget(spank);
    if (job_variables_share(spank, step, settings, facts, start->framework.name,
                            start->compat, error) < 0 ||
        set_policys(spank, facts, error) < 0 || guard_set(spank, error) < 0)
        return -1;
    if (step->kind == STEP_TASKS && start->framework.name[0])
        step_layout_keep_given(spank);
    return start->compat ? 0 : compat_take_away(spank, error);
}

int task_environment_set(struct spank_handle *spank, const struct step *step,
                         const struct start *start, const struct settings *settings,
                         struct error *error)
{
    const struct framework *framework = &start->framework;
    enum part part = part_of(spank, step);
    bool is_rank = part == PART_RANK;

    if (job_variables_set(spank, step, settings, is_rank, start->compat, error) < 0)
        return -1;
    if (framework->name[0] && part != PART_NONE &&
        set_launchers(spank, step, part, start, settings->launchers, error) < 0)
        return -1;
    if (start->compat && compat_set(spank, step, framework->name, is_rank, error) < 0)
        return -1;
    return ours_tell(spank, error);
}

/* On a node of which nothing is known but whether it has GPUs. */
static bool is_refused(const struct layout *layout, const struct framework *framework,
                       const char *launchers, unsigned gpus, const char *sentence)
{
    struct layout first = *layout;
    struct record *environment = NULL;
    struct error error = {.party = ERROR_NONE};
    int status;

    first.rank = first.local_rank = first.node_rank = 0;
    first.node = first.gpus = NULL;
    first.gpus_on_node = gpus;
    status = launcher_environment(&environment, launchers, framework, &first, &error);
    record_destroy(environment);
    return status < 0 && error.party == ERROR_USER && strcmp(error.text, sentence) == 0;
}

bool task_environment_is_refused_first(struct spank_handle *spank,
                                       const struct step *step, const struct start *start,
                                       const struct settings *settings,
                                       const struct error *error)
{
    const struct framework *framework = &start->framework;
    struct error ignored = {.party = ERROR_NONE};
    struct step_layout read;
    bool refused;

    if (!framework->name[0] || error->party != ERROR_USER ||
        part_of(spank, step) != PART_RANK)
        return false;
    refused = step_layout_read(&read, spank, step, &ignored) == 0 &&
              is_refused(&read.layout, framework, settings->launchers, 0, error->text) &&
              is_refused(&read.layout, framework, settings->launchers, 1, error->text);
    step_layout_release(&read);
    return refused;
}
