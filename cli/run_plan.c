#include "run_plan.h"

#include "hostlist.h"
#include "launcher.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_SETTING "ps"

/* 0 for what is not there or no number. */
static unsigned number_from(const char *text)
{
    unsigned long number;
    char *end;

    if (!text || !*text || strspn(text, "0123456789") != strlen(text))
        return 0;
    number = strtoul(text, &end, 10);
    return number <= INT_MAX ? (unsigned)number : 0;
}

static unsigned number_of(const char *variable)
{
    return number_from(getenv(variable));
}

/* Where the plugin has set nothing, in salloc's shell on a submit host, Slurm's own word
 * may end in the number: "2", "gpu:2" or "gpu:a100:2". */
static unsigned gpus_of_node(void)
{
    const char *text = getenv("SLURM_GPUS_PER_NODE");
    const char *colon = text ? strrchr(text, ':') : NULL;

    if (getenv("ATELIER_GPUS"))
        return number_of("ATELIER_GPUS");
    return number_from(colon ? colon + 1 : text);
}

static void count_room(struct allocation *allocation)
{
    struct error ignored = {.party = ERROR_NONE};
    const char *text = getenv("SLURM_JOB_CPUS_PER_NODE");
    size_t count = 0;
    unsigned *cpus = text ? hostlist_expand_counts(text, &count, &ignored) : NULL;

    for (size_t i = 0; cpus && i < count; i++) {
        unsigned room = cpus[i] / allocation->cpus_per_task;

        allocation->room += room;
        if (i == 0 || room < allocation->room_of_least)
            allocation->room_of_least = room;
    }
    free(cpus);
}

int allocation_read(struct allocation *allocation, struct error *error)
{
    *allocation = (struct allocation){
        .job = number_of("SLURM_JOB_ID"),
        .nodes = number_of("SLURM_JOB_NUM_NODES"),
        .tasks = number_of("SLURM_NTASKS"),
        .cpus_per_task = number_of("SLURM_CPUS_PER_TASK"),
        .gpus = gpus_of_node(),
    };
    if (allocation->job == 0 || allocation->nodes == 0)
        return error_set(error, ERROR_USER,
                         "there is no allocation here: write it in a script for sbatch, "
                         "or begin with `salloc --workspace=NAME -N2`");
    if (allocation->cpus_per_task == 0)
        allocation->cpus_per_task = 1;
    count_room(allocation);
    return 0;
}

/* The number after "ps=" in the settings; 0 when there is none. */
static unsigned servers_in(const char *settings)
{
    char copy[FRAMEWORK_SETTINGS_MAX + 1];
    char *rest;

    snprintf(copy, sizeof(copy), "%s", settings);
    for (char *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        if (strncmp(word, SERVERS_SETTING "=", sizeof(SERVERS_SETTING)) == 0)
            return number_from(word + sizeof(SERVERS_SETTING));
    return 0;
}

/* Writes the framework's whole text to the plan. */
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
                            const struct allocation *allocation, unsigned servers)
{
    if (wish->has_processes)
        return wish->processes;
    if (wish->has_workers)
        return wish->workers + servers;
    if (allocation->gpus)
        return allocation->gpus * allocation->nodes + servers;
    return allocation->tasks ? allocation->tasks : allocation->nodes + servers;
}

/* Slurm would fill one node after the other. An allocation whose nodes have unlike
 * numbers of CPUs may leave it no choice. */
static unsigned share(const struct run_plan *plan, const struct allocation *allocation)
{
    unsigned each = plan->tasks / plan->nodes;

    return each * plan->nodes == plan->tasks && each <= allocation->room_of_least ? each
                                                                                  : 0;
}

static int check_servers(unsigned servers, const struct run_plan *plan,
                         const struct allocation *allocation, struct error *error)
{
    if (servers > allocation->nodes)
        return error_set(error, ERROR_USER,
                         "%u parameter servers need as many nodes, and the allocation "
                         "has %u: a node has at most one",
                         servers, allocation->nodes);
    if (servers > 0 && servers >= plan->tasks)
        return error_set(error, ERROR_USER,
                         "%u processes leave no worker beside %u parameter servers: ask "
                         "for more by --workers",
                         plan->tasks, servers);
    return 0;
}

static int check_tasks(unsigned servers, const struct run_plan *plan,
                       const struct allocation *allocation, struct error *error)
{
    if (servers == 0 && plan->tasks > allocation->nodes &&
        plan->tasks % allocation->nodes != 0)
        return error_set(error, ERROR_USER,
                         "%u processes cannot be divided among %u nodes: ask for a "
                         "multiple, or start them by srun, which takes any number",
                         plan->tasks, allocation->nodes);
    if (plan->tasks > allocation->room)
        return error_set(error, ERROR_USER,
                         "%u processes of %u CPU each do not fit into the allocation, "
                         "which has room for %u: allocate more, by --ntasks=%u",
                         plan->tasks, allocation->cpus_per_task, allocation->room,
                         plan->tasks);
    return 0;
}

static void take(char *to, size_t size, const struct record *description, const char *key,
                 const char *otherwise)
{
    const char *text = description ? record_get(description, key) : NULL;

    snprintf(to, size, "%s", text ? text : otherwise);
}

int run_plan_make(struct run_plan *plan, const struct run_wish *wish,
                  const struct allocation *allocation, const char *launchers,
                  struct error *error)
{
    struct framework framework = {.name = ""};
    struct record *description = NULL;
    unsigned servers;
    int status = 0;

    *plan = (struct run_plan){.nodes = 0};
    if (wish->has_processes && wish->has_workers)
        return error_set(error, ERROR_USER,
                         "--processes counts all processes and --workers those that are "
                         "no parameter servers: give one of them");
    if (wish->framework[0] &&
        (framework_parse(&framework, "--framework", wish->framework, error) < 0 ||
         launcher_check(launchers, &framework, error) < 0 ||
         launcher_describe(&description, launchers, framework.name, error) < 0))
        return -1;
    status = choose_framework(plan, &framework, wish, description, error);
    take(plan->mpi, sizeof(plan->mpi), description, "mpi", "");
    take(plan->logs, sizeof(plan->logs), description, "logs", "merged");
    record_destroy(description);
    if (status < 0)
        return -1;
    servers = wish->has_servers ? wish->servers : servers_in(framework.settings);
    plan->tasks = count_tasks(wish, allocation, servers);
    plan->nodes = plan->tasks < allocation->nodes ? plan->tasks : allocation->nodes;
    plan->tasks_of_node = share(plan, allocation);
    if (check_servers(servers, plan, allocation, error) < 0)
        return -1;
    return check_tasks(servers, plan, allocation, error);
}
