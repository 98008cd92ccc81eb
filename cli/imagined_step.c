/* imagined_step.c: makes up a job's tasks and asks its launcher what they get. */
#include "cli/imagined_step.h"

#include "cli/output.h"
#include "lib/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_SIZE 64
#define GPUS_SIZE 512
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

static void write_gpus(char text[GPUS_SIZE], unsigned gpus)
{
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < gpus && used < GPUS_SIZE; i++)
        used += (size_t)snprintf(text + used, GPUS_SIZE - used, "%s%u", i ? "," : "", i);
}

/* `decided` is the array of what the policy sets, or NULL. */
static bool is_decided(const json_t *decided, const char *name)
{
    const json_t *entry;
    size_t index;

    json_array_foreach(decided, index, entry) {
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
    const char *name;

    if (launcher_kind(key, &name) != LAUNCHER_DEFAULTS || !is_decided(decided, name))
        json_object_set_new(variables, name, json_string(value));
}

static json_t *task_of(const struct launcher *launcher, struct layout *layout,
                       const json_t *decided, struct error *error)
{
    struct record *environment;
    json_t *variables, *task;
    char node[LIST_SIZE];

    snprintf(node, sizeof(node), "node%u", layout->node_rank);
    layout->node = node;
    if (launcher_environment(&environment, launcher, layout, error) < 0)
        return NULL;
    variables = json_object();
    for (size_t i = 0; i < record_count(environment); i++)
        add_variable(variables, decided, record_key(environment, i),
                     record_value(environment, i));
    record_destroy(environment);
    task = json_object();
    json_object_set_new(task, "rank", json_integer(layout->rank));
    json_object_set_new(task, "node", json_string(node));
    json_object_set_new(task, "variables", variables);
    return task;
}

json_t *imagined_step_tasks(const struct launcher *launcher,
                            const struct imagined_step *step, bool all,
                            const json_t *decided, struct error *error)
{
    char names[LIST_SIZE], counts[LIST_SIZE], gpus[GPUS_SIZE];
    struct layout layout = {.job = JOB_EXAMPLE,
                            .nodes = names,
                            .tasks_per_node = counts,
                            .tasks = step->tasks,
                            .cpus_per_task = step->cpus_per_task,
                            .gpus = gpus,
                            .gpus_on_node = step->gpus};
    unsigned last = step->tasks - 1;
    json_t *list = json_array();

    snprintf(names, sizeof(names), step->nodes > 1 ? "node[0-%u]" : "node%u",
             step->nodes - 1);
    write_counts(counts, step->nodes, step->tasks);
    write_gpus(gpus, step->gpus);
    for (unsigned rank = 0; rank <= last; rank = all || rank == last ? rank + 1 : last) {
        json_t *task;

        find_task(&layout, step->nodes, rank);
        task = task_of(launcher, &layout, decided, error);
        if (!task) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, task);
    }
    return list;
}
