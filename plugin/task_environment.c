#include "task_environment.h"

#include "compat.h"
#include "job_variables.h"
#include "keeper_protocol.h"
#include "launcher.h"
#include "step_layout.h"
#include "variable.h"

#include <string.h>

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

static int set_all(struct spank_handle *spank, const struct record *environment,
                   struct error *error)
{
    const size_t prefix = strlen(LAUNCHER_DEFAULT_PREFIX);

    for (size_t i = 0; i < record_count(environment); i++) {
        const char *name = record_key(environment, i);
        bool is_default = strncmp(name, LAUNCHER_DEFAULT_PREFIX, prefix) == 0;

        if (variable_set(spank, is_default ? name + prefix : name,
                         record_value(environment, i), !is_default, error) < 0)
            return -1;
    }
    return 0;
}

static int set_launchers(struct spank_handle *spank, const struct step *step,
                         const struct framework *framework,
                         const struct settings *settings, struct error *error)
{
    struct step_layout read;
    struct record *environment = NULL;
    int status = step_layout_read(&read, spank, step, error);

    if (status == 0)
        status = launcher_environment(&environment, settings->launchers, framework,
                                      &read.layout, error);
    if (status == 0)
        status = set_all(spank, environment, error);
    record_destroy(environment);
    step_layout_release(&read);
    return status;
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
