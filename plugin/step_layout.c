/* step_layout.c: reads the layout of a task from Slurm's variables. */
#include "plugin/step_layout.h"

#include "plugin/variable.h"

#include <stdlib.h>
#include <string.h>

/* The components of a heterogeneous job have numbers of their own, but a step of several
 * components has one meeting point. SLURM_JOB_ID is the first component's number in all
 * its tasks. */
static int read_job(struct layout *layout, struct spank_handle *spank,
                    const struct step *step, struct error *error)
{
    if (variable_read_number(spank, "SLURM_JOB_ID", false, &layout->job, error) < 0)
        return -1;
    if (layout->job == 0)
        layout->job = step->job.id;
    return 0;
}

struct number {
    const char *name;
    bool needed;
    unsigned *number;
};

static int read_numbers(const struct number *numbers, size_t count,
                        struct spank_handle *spank, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (variable_read_number(spank, numbers[i].name, numbers[i].needed,
                                 numbers[i].number, error) < 0)
            return -1;
    return 0;
}

static int read_numbers_of_step(struct layout *layout, struct spank_handle *spank,
                                struct error *error)
{
    const struct number numbers[] = {
        {"SLURM_STEP_NUM_TASKS", true, &layout->tasks},
        {"SLURM_CPUS_PER_TASK", false, &layout->cpus_per_task},
        {"SLURM_RESTART_COUNT", false, &layout->restart},
        {"SLURM_GPUS_ON_NODE", false, &layout->gpus_on_node},
    };

    return read_numbers(numbers, sizeof(numbers) / sizeof(numbers[0]), spank, error);
}

static int read_numbers_of_task(struct layout *layout, struct spank_handle *spank,
                                struct error *error)
{
    const struct number numbers[] = {
        {"SLURM_PROCID", true, &layout->rank},
        {"SLURM_LOCALID", true, &layout->local_rank},
        {"SLURM_NODEID", true, &layout->node_rank},
    };

    return read_numbers(numbers, sizeof(numbers) / sizeof(numbers[0]), spank, error);
}

static bool is_arbitrary(struct spank_handle *spank)
{
    char *distribution = spank_job_environment(spank, "SLURM_DISTRIBUTION");
    bool arbitrary = distribution && strncmp(distribution, "arbitrary", 9) == 0;

    free(distribution);
    return arbitrary;
}

int step_layout_read_common(struct step_layout *read, struct spank_handle *spank,
                            const struct step *step, const struct ours *ours,
                            struct error *error)
{
    struct layout *layout = &read->layout;

    memset(read, 0, sizeof(*read));
    read->nodes = spank_job_environment(spank, "SLURM_STEP_NODELIST");
    read->tasks_per_node = spank_job_environment(spank, "SLURM_STEP_TASKS_PER_NODE");
    read->reserved_ports = spank_job_environment(spank, "SLURM_STEP_RESV_PORTS");
    read->gpus = spank_job_environment(spank, "CUDA_VISIBLE_DEVICES");
    read->interface = spank_job_environment(spank, "ATELIER_INTERFACE");
    read->shared_directory = spank_job_environment(spank, "ATELIER_SHARED_JOB_TEMP");
    if (!read->nodes || !read->tasks_per_node)
        return error_set(error, ERROR_NODE,
                         "Slurm did not set SLURM_STEP_NODELIST and "
                         "SLURM_STEP_TASKS_PER_NODE, which the framework's launcher "
                         "needs");
    *layout = (struct layout){.step = step->id,
                              .nodes = read->nodes,
                              .tasks_per_node = read->tasks_per_node,
                              .reserved_ports = read->reserved_ports,
                              .by_place = is_arbitrary(spank),
                              .node = step->job.node,
                              .gpus = read->gpus,
                              .interface = read->interface,
                              .shared_directory = read->shared_directory,
                              .given = (const char *const *)ours->given};
    return read_job(layout, spank, step, error) < 0
               ? -1
               : read_numbers_of_step(layout, spank, error);
}

int step_layout_read(struct step_layout *read, struct spank_handle *spank,
                     const struct step *step, const struct ours *ours,
                     struct error *error)
{
    return step_layout_read_common(read, spank, step, ours, error) < 0
               ? -1
               : read_numbers_of_task(&read->layout, spank, error);
}

void step_layout_release(struct step_layout *read)
{
    free(read->nodes);
    free(read->tasks_per_node);
    free(read->reserved_ports);
    free(read->gpus);
    free(read->interface);
    free(read->shared_directory);
}
