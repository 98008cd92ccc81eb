/* run_command.c: writes the command line by which `atelier run` starts srun. */
#include "run/run_command.h"

#include "lib/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void run_command_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

static char **finish(struct words *words)
{
    if (!words->failed)
        return words->list;
    words_release(words);
    return NULL;
}

/* Returns the first `count` nodes, each as often as it has tasks, or once where
 * `tasks_of` is NULL. Malloc'ed; NULL when memory is short. */
static char *names_of(const struct hostlist *nodes, size_t count,
                      const unsigned *tasks_of)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    for (size_t i = 0; stream && i < count; i++)
        for (unsigned task = 0; task < (tasks_of ? tasks_of[i] : 1); task++)
            fprintf(stream, "%s%s", ftell(stream) > 0 ? "," : "", nodes->hosts[i]);
    if (stream && fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

static void add_nodes(struct words *words, const struct hostlist *nodes, size_t count,
                      const unsigned *tasks_of)
{
    char *names = names_of(nodes, count, tasks_of);

    if (names)
        words_add(words, "--nodelist=%s", names);
    else
        words->failed = true;
    free(names);
}

/* Says how many tasks run on which node. srun by itself would fill one node after the
 * other. Numbers that differ can only be said by naming each task's node, beside which
 * --nodes is refused since 24.11. */
static void add_tasks(struct words *words, const struct run_plan *plan,
                      const struct run_allocation *allocation)
{
    const struct hostlist *nodes = &allocation->nodes;

    words_add(words, "srun");
    if (allocation->component)
        words_add(words, "--het-group=%s", allocation->component);
    if (plan->is_even)
        words_add(words, "--nodes=%u", plan->nodes);
    words_add(words, "--ntasks=%u", plan->tasks);
    if (plan->is_even)
        words_add(words, "--ntasks-per-node=%u", plan->tasks / plan->nodes);
    else
        words_add(words, "--distribution=arbitrary");
    if (!plan->is_even)
        add_nodes(words, nodes, nodes->count, plan->tasks_of);
    else if (plan->nodes < nodes->count)
        add_nodes(words, nodes, plan->nodes, NULL);
    if (plan->gpus > 0)
        words_add(words, "--gpus=%u", plan->gpus);
    /* --ntasks-per-gpu is refused beside --ntasks-per-node. */
    if (plan->tasks_of_gpu > 0)
        words_add(words, "--gpu-bind=single:%u", plan->tasks_of_gpu);
}

/* Adds what all steps have. Nobody reads from a terminal. How many CPUs each task has
 * must be said again: srun does not read that from the environment since 22.05. */
static void add_manners(struct words *words, unsigned cpus_per_task)
{
    if (cpus_per_task > 1)
        words_add(words, "--cpus-per-task=%u", cpus_per_task);
    words_add(words, "--input=none");
    words_add(words, "--kill-on-bad-exit=0"); /* run_step.c ends the others, in order */
    words_add(words, "--wait=0");
}

static void add_program(struct words *words, const char *program,
                        const struct run_wording *wording)
{
    const enum log_file_kind kind =
        wording->logs == LOG_MERGED ? LOG_NONE : wording->logs;

    words_add(words, "%s", program);
    words_add(words, "--logs=%s", log_file_kind_word(kind));
    if (log_file_exists(kind))
        words_add(words, "--log-dir=%s", wording->directory);
    for (size_t i = 0; i < wording->role_count; i++)
        words_add(words, "--role=%s", wording->roles[i]);
    words_add(words, "--");
    for (size_t i = 0; wording->command[i]; i++)
        words_add(words, "%s", wording->command[i]);
}

char **run_command_ranks(const struct run_plan *plan,
                         const struct run_allocation *allocation,
                         const struct run_wording *wording)
{
    const char *mpi = wording->mpi ? wording->mpi : plan->mpi;
    struct words words = {.count = 0};

    add_tasks(&words, plan, allocation);
    add_manners(&words, allocation->cpus_per_task);
    if (plan->framework[0])
        words_add(&words, "--framework=%s", plan->framework);
    if (mpi[0])
        words_add(&words, "--mpi=%s", mpi);
    if (wording->check)
        words_add(&words, "--check");
    for (size_t i = 0; i < wording->srun_option_count; i++)
        words_add(&words, "%s", wording->srun_options[i]);
    add_program(&words, wording->program, wording);
    return finish(&words);
}

/* The plugin knows by the program's name that its processes are no ranks. */
char **run_command_preparation(const struct run_allocation *allocation,
                               const struct run_wording *wording)
{
    const struct run_plan everywhere = {.nodes = (unsigned)allocation->nodes.count,
                                        .tasks = (unsigned)allocation->nodes.count,
                                        .is_even = true};
    const char *slash = strrchr(wording->program, '/');
    struct words words = {.count = 0};
    char *program;

    if (asprintf(&program, "%.*satelier-prepare",
                 slash ? (int)(slash + 1 - wording->program) : 0, wording->program) < 0)
        return NULL;
    add_tasks(&words, &everywhere, allocation);
    add_manners(&words, 1);
    add_program(&words, program, wording);
    free(program);
    return finish(&words);
}

void run_command_clean_environment(void)
{
    static const char *const misleading[] = {
        "SLURM_NTASKS",        "SLURM_NPROCS",         "SLURM_NTASKS_PER_NODE",
        "SLURM_NNODES",        "SLURM_TASKS_PER_NODE", "SLURM_ARBITRARY_NODELIST",
        "SLURM_KILL_BAD_EXIT", "SLURM_WAIT",           "SLURM_JOB_NUM_NODES",
        "SLURM_DISTRIBUTION",  "SLURM_HOSTFILE",       "SLURM_NTASKS_PER_GPU",
    };

    for (size_t i = 0; i < sizeof(misleading) / sizeof(misleading[0]); i++)
        unsetenv(misleading[i]);
}
