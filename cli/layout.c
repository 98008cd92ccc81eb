#include "layout.h"

#include "launcher.h"
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_SIZE 64
#define JOB_EXAMPLE 1 /* launchers make ports from the job's number */

/* The first nodes take one task more when it does not come out even. */
static void write_counts(char *text, unsigned nodes, unsigned tasks)
{
    unsigned least = tasks / nodes, more = tasks % nodes;

    if (more == 0)
        snprintf(text, LIST_SIZE, "%u(x%u)", least, nodes);
    else
        snprintf(text, LIST_SIZE, "%u(x%u),%u(x%u)", least + 1, more, least,
                 nodes - more);
}

static void find_task(struct layout *layout, unsigned nodes, unsigned rank)
{
    unsigned least = layout->tasks / nodes, more = layout->tasks % nodes;
    unsigned in_larger = more * (least + 1);

    layout->rank = rank;
    if (rank < in_larger) {
        layout->node_rank = rank / (least + 1);
        layout->local_rank = rank % (least + 1);
    } else {
        layout->node_rank = more + (rank - in_larger) / least;
        layout->local_rank = (rank - in_larger) % least;
    }
}

/* `decided` is the array of what the policy sets. */
static bool is_decided(const json_t *decided, const char *name)
{
    const json_t *entry;
    size_t index;

    json_array_foreach(decided, index, entry)
    {
        const char *known = json_string_value(json_object_get(entry, "what"));

        if (known && strcmp(known, name) == 0)
            return true;
    }
    return false;
}

/* A launcher's default gives way to the policy's word, as it does in the task. */
static void add_variable(json_t *variables, const json_t *decided, const char *key,
                         const char *value)
{
    const size_t prefix = strlen(LAUNCHER_DEFAULT_PREFIX);

    if (strncmp(key, LAUNCHER_DEFAULT_PREFIX, prefix) == 0) {
        key += prefix;
        if (is_decided(decided, key))
            return;
    }
    json_object_set_new(variables, key, json_string(value));
}

static json_t *task_of(const struct settings *settings, const char *framework,
                       const struct layout *layout, const json_t *decided,
                       struct error *error)
{
    struct record *environment;
    json_t *variables = json_object(), *task;

    if (launcher_environment(&environment, settings->launchers, framework, layout,
                             error) < 0) {
        json_decref(variables);
        return NULL;
    }
    for (size_t i = 0; i < record_count(environment); i++)
        add_variable(variables, decided, record_key(environment, i),
                     record_value(environment, i));
    record_destroy(environment);
    task = json_object();
    json_object_set_new(task, "rank", json_integer(layout->rank));
    json_object_set_new(task, "node", json_sprintf("node%u", layout->node_rank));
    json_object_set_new(task, "variables", variables);
    return task;
}

json_t *layout_tasks(const struct settings *settings, const char *framework,
                     unsigned nodes, unsigned tasks, unsigned cpus_per_task,
                     const json_t *decided, struct error *error)
{
    char names[LIST_SIZE], counts[LIST_SIZE];
    struct layout layout = {.job = JOB_EXAMPLE,
                            .nodes = names,
                            .tasks_per_node = counts,
                            .tasks = tasks,
                            .cpus_per_task = cpus_per_task};
    json_t *list = json_array();

    snprintf(names, sizeof(names), nodes > 1 ? "node[0-%u]" : "node%u", nodes - 1);
    write_counts(counts, nodes, tasks);
    for (unsigned i = 0; i < (tasks > 1 ? 2u : 1u); i++) {
        json_t *task;

        find_task(&layout, nodes, i == 0 ? 0 : tasks - 1);
        task = task_of(settings, framework, &layout, decided, error);
        if (!task) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, task);
    }
    return list;
}

char *layout_launch_line(unsigned nodes, unsigned tasks, unsigned cpus_per_task)
{
    char *line = NULL, cpus[32] = "";

    if (cpus_per_task > 0)
        snprintf(cpus, sizeof(cpus), " --cpus-per-task=%u", cpus_per_task);
    if (asprintf(&line, "srun --nodes=%u --ntasks=%u%s PROGRAM", nodes, tasks, cpus) < 0)
        return NULL;
    return line;
}
