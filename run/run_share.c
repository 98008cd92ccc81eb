/* run_share.c: shares the processes of `atelier run` out among the nodes. */
#include "run/run_share.h"

#include <string.h>

unsigned run_share_gpus(const struct run_allocation *allocation)
{
    unsigned sum = 0;

    for (size_t i = 0; i < allocation->nodes.count; i++)
        sum += allocation->gpus[i];
    return sum;
}

/* Returns how many processes each GPU has; 0 where GPUs would not all have as many. */
static unsigned processes_of_gpu(const struct share_wish *wish,
                                 const struct run_allocation *allocation)
{
    unsigned gpus = run_share_gpus(allocation), workers = wish->tasks - wish->servers;

    return gpus > 0 && !allocation->has_bound_gpus && workers % gpus == 0 ? workers / gpus
                                                                          : 0;
}

/* Places `each` processes for each GPU. Returns the first node that has no room for its
 * own; or the number of nodes. */
static size_t follow_gpus(unsigned *tasks_of, const struct share_wish *wish,
                          const struct run_allocation *allocation, unsigned each)
{
    size_t count = allocation->nodes.count, node;

    for (node = 0; node < count; node++) {
        tasks_of[node] = each * allocation->gpus[node] + (node < wish->servers);
        if (tasks_of[node] > allocation->room[node])
            break;
    }
    return node;
}

static int refuse_gpus(size_t node, const struct share_wish *wish,
                       const struct run_allocation *allocation, struct error *error)
{
    return error_set(error, ERROR_USER,
                     "%u processes, one for each GPU%s, do not fit: node %s has %u GPUs, "
                     "and CPUs for %u of %u CPU each: allocate --cpus-per-gpu=%u or "
                     "--exclusive, or say --processes=N",
                     wish->tasks, wish->servers ? " and each parameter server" : "",
                     allocation->nodes.hosts[node], allocation->gpus[node],
                     allocation->room[node], allocation->cpus_per_task,
                     allocation->cpus_per_task);
}

static unsigned room_of_all(const struct run_allocation *allocation)
{
    unsigned sum = 0;

    for (size_t i = 0; i < allocation->nodes.count; i++)
        sum += allocation->room[i];
    return sum;
}

/* Gives each node that has room one more, until all are placed. */
static void fill(unsigned *tasks_of, unsigned tasks,
                 const struct run_allocation *allocation)
{
    memset(tasks_of, 0, allocation->nodes.count * sizeof(*tasks_of));
    while (tasks > 0)
        for (size_t i = 0; i < allocation->nodes.count && tasks > 0; i++)
            if (tasks_of[i] < allocation->room[i]) {
                tasks_of[i]++;
                tasks--;
            }
}

int run_share_out(unsigned *tasks_of, const struct share_wish *wish,
                  const struct run_allocation *allocation, struct error *error)
{
    unsigned each = processes_of_gpu(wish, allocation), room = room_of_all(allocation);
    size_t lacking = 0;

    if (each > 0) {
        lacking = follow_gpus(tasks_of, wish, allocation, each);
        if (lacking == allocation->nodes.count)
            return 0;
    }
    if (each > 0 && wish->is_default)
        return refuse_gpus(lacking, wish, allocation, error);
    if (wish->tasks > room)
        return error_set(error, ERROR_USER,
                         "%u processes of %u CPU each do not fit into the allocation, "
                         "which has room for %u: allocate more, by --ntasks=%u",
                         wish->tasks, allocation->cpus_per_task, room, wish->tasks);
    if (wish->tasks == allocation->task_count && wish->is_default)
        memcpy(tasks_of, allocation->tasks, allocation->nodes.count * sizeof(*tasks_of));
    else
        fill(tasks_of, wish->tasks, allocation);
    return 0;
}
