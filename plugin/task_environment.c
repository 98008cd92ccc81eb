#include "task_environment.h"

#include "keeper_protocol.h"
#include "launcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int set(struct spank_handle *spank, const char *name, const char *value,
               bool overwrite, struct error *error)
{
    if (step_environment_set(spank, name, value, overwrite) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "cannot set %s in the task's environment", name);
}

static int set_or_unset(struct spank_handle *spank, const char *name, const char *value,
                        struct error *error)
{
    if (value && *value)
        return set(spank, name, value, true, error);
    step_environment_unset(spank, name);
    return 0;
}

static int set_own(struct spank_handle *spank, const struct record *facts,
                   const char *framework, struct error *error)
{
    if (set_or_unset(spank, "ATELIER_WORKSPACE", record_get(facts, "workspace"), error) <
            0 ||
        set_or_unset(spank, "ATELIER_EXPERIMENT", record_get(facts, "experiment"),
                     error) < 0 ||
        set_or_unset(spank, "ATELIER_FRAMEWORK", framework, error) < 0 ||
        set_or_unset(spank, "ATELIER_MOUNT", record_get(facts, "mount"), error) < 0)
        return -1;
    return set_or_unset(spank, "ATELIER_MOUNT_ROOT", record_get(facts, "mount_root"),
                        error);
}

static int set_policys(struct spank_handle *spank, const struct record *facts,
                       struct error *error)
{
    const size_t length = strlen(KEEPER_ENVIRONMENT_PREFIX);

    for (size_t i = 0; i < record_count(facts); i++) {
        const char *key = record_key(facts, i);

        if (strncmp(key, KEEPER_ENVIRONMENT_PREFIX, length) == 0 &&
            set(spank, key + length, record_value(facts, i), false, error) < 0)
            return -1;
    }
    return 0;
}

static bool starts_ranks_itself(const char *program)
{
    static const char *const daemons[] = {"orted", "prted", "hydra_bstrap_proxy",
                                          "hydra_pmi_proxy"};

    for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++)
        if (strcmp(program, daemons[i]) == 0)
            return true;
    return false;
}

/* Reads a decimal variable; 0 when it is not set and `needed` is false. */
static int read_number(struct spank_handle *spank, const char *name, bool needed,
                       unsigned *number, struct error *error)
{
    char *text = step_environment(spank, name);
    char *end = text;
    unsigned long value = 0;

    *number = 0;
    if (!text && !needed)
        return 0;
    errno = 0;
    if (text && *text >= '0' && *text <= '9')
        value = strtoul(text, &end, 10);
    if (!text || end == text || *end || errno || value > 0xffffffffUL) {
        free(text);
        return error_set(error, ERROR_NODE,
                         "Slurm did not set %s to a number, which the framework's "
                         "launcher needs",
                         name);
    }
    free(text);
    *number = (unsigned)value;
    return 0;
}

struct layout_texts {
    char *nodes, *tasks_per_node, *reserved_ports;
};

static void free_texts(struct layout_texts *texts)
{
    free(texts->nodes);
    free(texts->tasks_per_node);
    free(texts->reserved_ports);
}

static int read_layout(struct layout *layout, struct layout_texts *texts,
                       struct spank_handle *spank, const struct step *step,
                       struct error *error)
{
    texts->nodes = step_environment(spank, "SLURM_STEP_NODELIST");
    texts->tasks_per_node = step_environment(spank, "SLURM_STEP_TASKS_PER_NODE");
    texts->reserved_ports = step_environment(spank, "SLURM_STEP_RESV_PORTS");
    if (!texts->nodes || !texts->tasks_per_node)
        return error_set(error, ERROR_NODE,
                         "Slurm did not set SLURM_STEP_NODELIST and "
                         "SLURM_STEP_TASKS_PER_NODE, which the framework's launcher "
                         "needs");
    layout->job = step->job.id;
    layout->step = step->id;
    layout->nodes = texts->nodes;
    layout->tasks_per_node = texts->tasks_per_node;
    layout->reserved_ports = texts->reserved_ports;
    if (read_number(spank, "SLURM_STEP_NUM_TASKS", true, &layout->tasks, error) < 0 ||
        read_number(spank, "SLURM_PROCID", true, &layout->rank, error) < 0 ||
        read_number(spank, "SLURM_LOCALID", true, &layout->local_rank, error) < 0 ||
        read_number(spank, "SLURM_NODEID", true, &layout->node_rank, error) < 0)
        return -1;
    return read_number(spank, "SLURM_CPUS_PER_TASK", false, &layout->cpus_per_task,
                       error);
}

static int set_all(struct spank_handle *spank, const struct record *environment,
                   struct error *error)
{
    const size_t prefix = strlen(LAUNCHER_DEFAULT_PREFIX);

    for (size_t i = 0; i < record_count(environment); i++) {
        const char *name = record_key(environment, i);
        bool is_default = strncmp(name, LAUNCHER_DEFAULT_PREFIX, prefix) == 0;

        if (set(spank, is_default ? name + prefix : name, record_value(environment, i),
                !is_default, error) < 0)
            return -1;
    }
    return 0;
}

static int set_launchers(struct spank_handle *spank, const struct step *step,
                         const char *framework, const struct settings *settings,
                         struct error *error)
{
    struct layout layout = {0};
    struct layout_texts texts = {0};
    struct record *environment = NULL;
    int status;

    status = read_layout(&layout, &texts, spank, step, error);
    if (status == 0)
        status = launcher_environment(&environment, settings->launchers, framework,
                                      &layout, error);
    if (status == 0)
        status = set_all(spank, environment, error);
    record_destroy(environment);
    free_texts(&texts);
    return status;
}

int task_environment_set(struct spank_handle *spank, const struct step *step,
                         const struct record *facts, const char *framework,
                         const struct settings *settings, struct error *error)
{
    if (set_own(spank, facts, framework, error) < 0 ||
        set_policys(spank, facts, error) < 0)
        return -1;
    if (!framework[0] || step->kind != STEP_TASKS ||
        starts_ranks_itself(step_program(spank)))
        return 0;
    return set_launchers(spank, step, framework, settings, error);
}
