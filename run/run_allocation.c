/* run_allocation.c: reads the allocation of `atelier run` from Slurm's variables. */
#include "run/run_allocation.h"

#include "lib/number.h"
#include "lib/slurm/job_gpus.h"
#include "lib/slurm/slurm_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE_SIZE 64

/* Returns a variable. Those of a heterogeneous job's component have its number in their
 * names. */
static const char *variable_of(const struct run_allocation *allocation, const char *name)
{
    char whole[VARIABLE_SIZE];

    if (!allocation->component)
        return getenv(name);
    snprintf(whole, sizeof(whole), "%s_HET_GROUP_%s", name, allocation->component);
    return getenv(whole);
}

/* Returns the variable's number; 0 where it is not set or no number. */
static unsigned variable_number(const struct run_allocation *allocation, const char *name)
{
    return (unsigned)number_or(variable_of(allocation, name), INT_MAX, 0);
}

/* Returns a count of GPUs that is written as in the option: "2", "a100:2",
 * "a100:2,v100:1". */
static unsigned gpus_of(const struct run_allocation *allocation, const char *name)
{
    const char *text = variable_of(allocation, name);
    unsigned sum = 0;

    while (text && *text) {
        size_t length = strcspn(text, ",");
        const char *colon = memchr(text, ':', length);

        sum += (unsigned)number_of(colon ? colon + 1 : text, INT_MAX);
        text += length + (text[length] == ',');
    }
    return sum;
}

/* Returns the counts of each node; NULL where the variable has none, or does not fit the
 * nodes. */
static unsigned *counts_of(const struct run_allocation *allocation, const char *name)
{
    struct error ignored = {.party = ERROR_NONE};
    const char *text = variable_of(allocation, name);
    size_t count = 0;
    unsigned *counts = text ? hostlist_expand_counts(text, &count, &ignored) : NULL;

    if (counts && count == allocation->nodes.count)
        return counts;
    free(counts);
    return NULL;
}

static int read_nodes(struct run_allocation *allocation, struct error *error)
{
    const char *names = variable_of(allocation, "SLURM_JOB_NODELIST");

    allocation->job = variable_number(allocation, "SLURM_JOB_ID");
    if (allocation->job == 0 || !names || !*names)
        return error_set(error, ERROR_USER,
                         "there is no allocation here: write it in a script for sbatch, "
                         "or begin with `salloc --workspace=NAME -N2`");
    return hostlist_expand(&allocation->nodes, names, error);
}

static int read_room(struct run_allocation *allocation, struct error *error)
{
    allocation->cpus_per_task = variable_number(allocation, "SLURM_CPUS_PER_TASK");
    if (allocation->cpus_per_task == 0)
        allocation->cpus_per_task = 1;
    allocation->room = counts_of(allocation, "SLURM_JOB_CPUS_PER_NODE");
    if (!allocation->room)
        return error_set(error, ERROR_SITE,
                         "Slurm's variables SLURM_JOB_NODELIST and "
                         "SLURM_JOB_CPUS_PER_NODE do not go together: are both this "
                         "job's?");
    for (size_t i = 0; i < allocation->nodes.count; i++)
        allocation->room[i] /= allocation->cpus_per_task;
    return 0;
}

/* Reads the job's own tasks. If the job did not ask for a number, Slurm's counts only say
 * how many would have room. */
static void read_tasks(struct run_allocation *allocation)
{
    unsigned asked = variable_number(allocation, "SLURM_NTASKS");

    allocation->tasks = asked ? counts_of(allocation, "SLURM_TASKS_PER_NODE") : NULL;
    for (size_t i = 0; allocation->tasks && i < allocation->nodes.count; i++)
        allocation->task_count += allocation->tasks[i];
    if (allocation->task_count == asked)
        return;
    free(allocation->tasks);
    allocation->tasks = NULL;
    allocation->task_count = 0;
}

/* Slurm from 23.11 on hands on --gpus-per-task as "gres/gpu=2" of a list. */
static bool has_gpus_of_tasks(const struct run_allocation *allocation)
{
    const char *per_task = variable_of(allocation, "SLURM_TRES_PER_TASK");

    return variable_of(allocation, "SLURM_GPUS_PER_TASK") ||
           (per_task && strstr(per_task, "gres/gpu"));
}

static int read_gpus(struct run_allocation *allocation, struct error *error)
{
    char job[16], *text;
    const char *const scontrol[] = {"scontrol", "--details", "show", "job", job, NULL};

    snprintf(job, sizeof(job), "%u", allocation->job);
    text = slurm_command_run(scontrol, error);
    if (!text)
        return -1;
    allocation->gpus = job_gpus_read(text, allocation->job, &allocation->nodes, error);
    free(text);
    allocation->tasks_of_gpu = variable_number(allocation, "SLURM_NTASKS_PER_GPU");
    allocation->has_bound_gpus =
        has_gpus_of_tasks(allocation) || allocation->tasks_of_gpu > 0;
    allocation->step_gpus = gpus_of(allocation, "SLURM_GPUS");
    allocation->step_gpus_per_node = gpus_of(allocation, "SLURM_GPUS_PER_NODE");
    return allocation->gpus ? 0 : -1;
}

static int choose_component(struct run_allocation *allocation, const char *component,
                            struct error *error)
{
    const char *size = getenv("SLURM_HET_SIZE");

    if (component && !size)
        return error_set(error, ERROR_USER,
                         "--het-group=%s: this job is not a heterogeneous one",
                         component);
    if (component && number_of(component, UINT_MAX) >= number_of(size, UINT_MAX))
        return error_set(error, ERROR_USER,
                         "--het-group=%s: this job has %s components, from 0 on",
                         component, size);
    allocation->component = size && !component ? "0" : component;
    return 0;
}

int run_allocation_read(struct run_allocation *allocation, const char *component,
                        struct error *error)
{
    *allocation = (struct run_allocation){.job = 0};
    if (choose_component(allocation, component, error) < 0 ||
        read_nodes(allocation, error) < 0 || read_room(allocation, error) < 0)
        return -1;
    read_tasks(allocation);
    return read_gpus(allocation, error);
}

void run_allocation_release(struct run_allocation *allocation)
{
    hostlist_release(&allocation->nodes);
    free(allocation->room);
    free(allocation->gpus);
    free(allocation->tasks);
}
