/* run_plan.c: computes how many processes `atelier run` starts, and on which node. */
#include "run/run_plan.h"

#include "lib/launcher/launcher.h"
#include "lib/number.h"
#include "lib/slurm/mpi_library.h"
#include "lib/slurm/slurm_mpi.h"
#include "run/rank_command.h"
#include "run/run_share.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_SETTING "ps"

/* Returns the number after "ps=" in the settings; 0 when there is none. */
static unsigned servers_in(const char *settings)
{
    char copy[FRAMEWORK_SETTINGS_MAX + 1];
    char *rest;

    snprintf(copy, sizeof(copy), "%s", settings);
    for (char *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        if (strncmp(word, SERVERS_SETTING "=", sizeof(SERVERS_SETTING)) == 0)
            return (unsigned)number_or(word + sizeof(SERVERS_SETTING), INT_MAX, 0);
    return 0;
}

/* Writes the framework and its settings to the plan, with ps=N where servers are asked
 * for. */
static int choose_framework(struct run_plan *plan, const struct framework *framework,
                            const struct run_wish *wish, const struct record *description,
                            struct error *error)
{
    const char *settings = framework->settings;

    snprintf(plan->framework, sizeof(plan->framework), "%s", wish->framework);
    if (!wish->has_servers)
        return 0;
    if (!framework->name[0])
        return error_set(error, ERROR_USER,
                         "without a framework there are no parameter servers: add "
                         "--framework=NAME");
    if (!description || !record_get(description, LAUNCHER_SETTING_PREFIX SERVERS_SETTING))
        return error_set(error, ERROR_USER,
                         "framework `%s` has no parameter servers: leave "
                         "--parameter-servers out",
                         framework->name);
    if (servers_in(settings))
        return error_set(error, ERROR_USER,
                         "the parameter servers are given twice: by --framework=%s and "
                         "by --parameter-servers=%u",
                         wish->framework, wish->servers);
    if (snprintf(plan->framework, sizeof(plan->framework),
                 "%s:%s%s" SERVERS_SETTING "=%u", framework->name, settings,
                 settings[0] ? "," : "", wish->servers) >= (int)sizeof(plan->framework))
        return error_set(error, ERROR_USER, "the settings of framework `%s` are too long",
                         framework->name);
    return 0;
}

static unsigned count_tasks(const struct run_wish *wish,
                            const struct run_allocation *allocation, unsigned servers)
{
    unsigned gpus = run_share_gpus(allocation);

    if (wish->has_processes)
        return wish->processes;
    if (wish->has_workers)
        return wish->workers + servers;
    if (gpus && !(allocation->has_bound_gpus && allocation->task_count))
        return gpus + servers;
    return allocation->task_count ? allocation->task_count
                                  : (unsigned)allocation->nodes.count + servers;
}

static int check_servers(unsigned servers, unsigned tasks,
                         const struct run_allocation *allocation, struct error *error)
{
    if (servers > allocation->nodes.count)
        return error_set(error, ERROR_USER,
                         "%u parameter servers need as many nodes, and the allocation "
                         "has %zu: a node has at most one",
                         servers, allocation->nodes.count);
    if (servers > 0 && servers >= tasks)
        return error_set(error, ERROR_USER,
                         "%u processes leave no worker beside %u parameter servers: ask "
                         "for more by --workers",
                         tasks, servers);
    return 0;
}

static void look_at_nodes(struct run_plan *plan, const struct run_allocation *allocation)
{
    plan->is_even = true;
    for (size_t i = 0; i < allocation->nodes.count; i++) {
        unsigned tasks = plan->tasks_of[i];

        plan->nodes += tasks > 0;
        if (tasks > 0 && (tasks != plan->tasks_of[0] || plan->nodes != i + 1))
            plan->is_even = false;
    }
}

/* Returns the GPUs to ask for. Without asking, a step has those that its job asked for,
 * which may be fewer than the job has (--exclusive), or more than these nodes have. */
static unsigned gpus_to_ask_for(const struct run_plan *plan,
                                const struct run_allocation *allocation)
{
    unsigned gpus = 0, per_node = allocation->step_gpus_per_node;

    if (allocation->has_bound_gpus && !allocation->tasks_of_gpu)
        return 0;
    for (size_t i = 0; i < allocation->nodes.count; i++)
        if (plan->tasks_of[i] > 0)
            gpus += allocation->gpus[i];
    return gpus == allocation->step_gpus || gpus == per_node * plan->nodes ? 0 : gpus;
}

static int place(struct run_plan *plan, const struct run_wish *wish, unsigned servers,
                 const struct run_allocation *allocation, struct error *error)
{
    const struct share_wish share = {.tasks = plan->tasks,
                                     .servers = servers,
                                     .is_default =
                                         !wish->has_processes && !wish->has_workers};

    plan->tasks_of = calloc(allocation->nodes.count + 1, sizeof(*plan->tasks_of));
    if (!plan->tasks_of)
        return error_set(error, ERROR_NODE, "out of memory");
    if (run_share_out(plan->tasks_of, &share, allocation, error) < 0)
        return -1;
    look_at_nodes(plan, allocation);
    plan->gpus = gpus_to_ask_for(plan, allocation);
    plan->tasks_of_gpu = allocation->tasks_of_gpu;
    return 0;
}

static void take(char *to, size_t size, const struct record *description, const char *key,
                 const char *otherwise)
{
    const char *text = description ? record_get(description, key) : NULL;

    snprintf(to, size, "%s", text ? text : otherwise);
}

int run_plan_make(struct run_plan *plan, const struct run_wish *wish,
                  const struct run_allocation *allocation, const char *launchers,
                  struct error *error)
{
    struct launcher launcher = {.directory = launchers};
    const struct framework *framework = &launcher.framework;
    struct record *description = NULL;
    unsigned servers;
    int status = 0;

    *plan = (struct run_plan){.nodes = 0};
    if (wish->has_processes && wish->has_workers)
        return error_set(error, ERROR_USER,
                         "--processes counts all processes and --workers those that are "
                         "no parameter servers: give one of them");
    if (wish->framework[0] && (framework_parse(&launcher.framework, "--framework",
                                               wish->framework, error) < 0 ||
                               launcher_check(&launcher, error) < 0 ||
                               launcher_describe(&description, &launcher, error) < 0))
        return -1;
    status = choose_framework(plan, framework, wish, description, error);
    take(plan->mpi, sizeof(plan->mpi), description, "mpi", "");
    take(plan->logs, sizeof(plan->logs), description, "logs", "merged");
    record_destroy(description);
    if (status < 0)
        return -1;
    servers = wish->has_servers ? wish->servers : servers_in(framework->settings);
    plan->tasks = count_tasks(wish, allocation, servers);
    if (check_servers(servers, plan->tasks, allocation, error) < 0)
        return -1;
    return place(plan, wish, servers, allocation, error);
}

/* The first of the words that is a program of MPI, since another may start it: "nice
 * ./program". Sets `program` to it. */
static enum mpi_maker maker_of(char *const command[], const char **program)
{
    enum mpi_maker maker = MPI_MAKER_UNKNOWN;
    char path[PATH_MAX];

    for (size_t i = 0; command[i] && maker == MPI_MAKER_UNKNOWN; i++) {
        *program = command[i];
        if (rank_command_find(command[i], path))
            maker = mpi_library_maker(path);
    }
    return maker;
}

int run_plan_choose_mpi(struct run_plan *plan, char *const command[], struct error *error)
{
    const char *program = NULL, *best;
    enum mpi_maker maker;

    if (strcmp(plan->mpi, "pmix") != 0)
        return 0;
    maker = maker_of(command, &program);
    best = maker == MPI_MAKER_MPICH && slurm_mpi_has("pmi2") ? "pmi2"
                                                             : slurm_mpi_best(error);
    if (!best)
        return -1;
    strcpy(plan->mpi, best);
    if (strcmp(best, "pmix") == 0 || maker == MPI_MAKER_MPICH)
        return 0;
    if (maker == MPI_MAKER_OPEN_MPI)
        return error_set(error, ERROR_USER,
                         "`%s` is a program of Open MPI, which srun starts by PMIx, and "
                         "the Slurm of this machine has no --mpi=pmix: start it by "
                         "`mpirun %s` in the job, or, if this Open MPI was built with "
                         "PMI-2, by --mpi=pmi2",
                         program, program);
    fprintf(stderr, "atelier run: the Slurm of this machine has no --mpi=pmix: "
                    "trying --mpi=pmi2, which MPICH knows and Open MPI, from 5 on, "
                    "does not: that is started by mpirun\n");
    return 0;
}

void run_plan_release(struct run_plan *plan)
{
    free(plan->tasks_of);
}
