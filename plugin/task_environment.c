#include "task_environment.h"

#include "compat.h"
#include "job_variables.h"
#include "keeper_protocol.h"
#include "launcher_ahead.h"
#include "step_layout.h"
#include "variable.h"

#include <stdlib.h>
#include <string.h>

/* All tasks of a node wait for it. In larger steps one answer may take longer. */
#define AHEAD_MS 10
#define AHEAD_TASKS_MAX 4096

static int set_policys(struct spank_handle *spank, const struct record *facts,
                       struct error *error)
{
    const size_t length = strlen(KEEPER_ENVIRONMENT_PREFIX);

    for (size_t i = 0; i < record_count(facts); i++) {
        const char *key = record_key(facts, i);

        if (strncmp(key, KEEPER_ENVIRONMENT_PREFIX, length) == 0 &&
            variable_set(spank, key + length, record_value(facts, i), false, error) < 0)
            return -1;
    }
    return 0;
}

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

/* All of `environment`, but what is set already: NULL for nothing. */
static int set_all(struct spank_handle *spank, const struct record *environment,
                   const struct record *already, struct error *error)
{
    const size_t prefix = strlen(LAUNCHER_DEFAULT_PREFIX);

    for (size_t i = 0; i < record_count(environment); i++) {
        const char *name = record_key(environment, i);
        bool is_default = strncmp(name, LAUNCHER_DEFAULT_PREFIX, prefix) == 0;

        if (already && record_get(already, name))
            continue;
        if (variable_set(spank, is_default ? name + prefix : name,
                         record_value(environment, i), !is_default, error) < 0)
            return -1;
    }
    return 0;
}

/* They were set for a layout that is not the task's. */
static void forget_common(struct spank_handle *spank, const struct record *common)
{
    for (size_t i = 0; common && i < record_count(common); i++)
        step_environment_unset(spank, record_key(common, i));
}

static int ask_launcher(struct spank_handle *spank, const char *launchers,
                        const struct framework *framework, const struct layout *layout,
                        struct error *error)
{
    struct record *environment;
    int status;

    if (launcher_environment(&environment, launchers, framework, layout, error) < 0)
        return -1;
    status = set_all(spank, environment, NULL, error);
    record_destroy(environment);
    return status;
}

static int set_launchers(struct spank_handle *spank, const struct step *step,
                         const struct framework *framework,
                         const struct settings *settings, struct error *error)
{
    const char *launchers = settings->launchers;
    const struct record *ahead, *common = launcher_ahead_common();
    struct step_layout read;
    int status = step_layout_read(&read, spank, step, error);

    if (status == 0) {
        ahead = launcher_ahead_environment(launchers, framework, &read.layout);
        if (!ahead)
            forget_common(spank, common);
        status = ahead ? set_all(spank, ahead, common, error)
                       : ask_launcher(spank, launchers, framework, &read.layout, error);
    }
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

/* What was read stays, since the answers are known by it. */
int task_environment_ahead(struct spank_handle *spank, const struct step *step,
                           const struct framework *framework,
                           const struct settings *settings, struct error *error)
{
    static struct step_layout read;
    struct error ignored = {.party = ERROR_NONE};
    struct layout *layouts = NULL;
    const struct record *common;
    size_t count;

    if (step_layout_read_common(&read, spank, step, &ignored) == 0) {
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
    return step->kind == STEP_TASKS && !is_no_rank(step_program(spank));
}

int task_environment_share(struct spank_handle *spank, const struct step *step,
                           const struct record *facts, const struct start *start,
                           struct error *error)
{
    if (job_variables_share(spank, step, facts, start->framework.name, error) < 0 ||
        set_policys(spank, facts, error) < 0)
        return -1;
    return start->compat ? 0 : compat_take_away(spank, error);
}

int task_environment_set(struct spank_handle *spank, const struct step *step,
                         const struct start *start, const struct settings *settings,
                         struct error *error)
{
    const struct framework *framework = &start->framework;
    bool is_rank = task_is_rank(spank, step);

    if (job_variables_set(spank, step, is_rank, start->compat, error) < 0)
        return -1;
    if (framework->name[0] && is_rank &&
        set_launchers(spank, step, framework, settings, error) < 0)
        return -1;
    return start->compat ? compat_set(spank, step, framework->name, is_rank, error) : 0;
}
