/* roll.c: keeps who has come to the launch check, and finds what is wrong. */
#include "lib/roll/roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGES_SIZE 80

struct roll {
    const struct roll_layout *layout;
    bool *present;     /* a flag for each rank */
    unsigned *entered; /* how many tasks of each node have entered */
    unsigned count;
};

void roll_name_step(char name[ROLL_STEP_SIZE], unsigned job, unsigned step,
                    unsigned restart, unsigned uid)
{
    snprintf(name, ROLL_STEP_SIZE, "%u.%u.%u of %u", job, step, restart, uid);
}

struct roll *roll_create(const struct roll_layout *layout)
{
    struct roll *roll = calloc(1, sizeof(*roll));

    if (!roll)
        return NULL;
    roll->layout = layout;
    roll->present = calloc(layout->tasks, sizeof(*roll->present));
    roll->entered = calloc(layout->nodes->count, sizeof(*roll->entered));
    if (roll->present && roll->entered)
        return roll;
    roll_destroy(roll);
    return NULL;
}

void roll_destroy(struct roll *roll)
{
    if (!roll)
        return;
    free(roll->present);
    free(roll->entered);
    free(roll);
}

static int check_layout(const struct roll *roll, const struct roll_entry *entry,
                        struct error *error)
{
    const struct roll_layout *layout = roll->layout;
    const char *first = layout->nodes->hosts[0];

    if (entry->tasks != layout->tasks || entry->rank >= layout->tasks)
        return error_set(error, ERROR_NODE,
                         "rank %u on %s is one of %u tasks, and rank 0 on %s one of %u; "
                         "start the program with one srun",
                         entry->rank, entry->node, entry->tasks, first, layout->tasks);
    if (entry->node_rank >= layout->nodes->count ||
        strcmp(entry->node, layout->nodes->hosts[entry->node_rank]) != 0)
        return error_set(error, ERROR_NODE,
                         "rank %u is on %s, which is not node %u in the list that rank 0 "
                         "on %s has; start the program with one srun",
                         entry->rank, entry->node, entry->node_rank, first);
    return 0;
}

bool roll_enter(struct roll *roll, const struct roll_entry *entry, struct error *error)
{
    if (check_layout(roll, entry, error) < 0)
        return false;
    if (roll->present[entry->rank] ||
        roll->entered[entry->node_rank] >= roll->layout->tasks_per_node[entry->node_rank])
        return error_set(
                   error, ERROR_NODE,
                   "rank %u came twice to rank 0 on %s, the second time from %s; "
                   "start the program with one srun, and tell your administrator if "
                   "you did",
                   entry->rank, roll->layout->nodes->hosts[0], entry->node) == 0;
    roll->present[entry->rank] = true;
    roll->entered[entry->node_rank]++;
    roll->count++;
    if (entry->problem[0])
        error_set(error, ERROR_NODE, "%s", entry->problem);
    return true;
}

void roll_leave(struct roll *roll, const struct roll_entry *entry)
{
    if (!roll->present[entry->rank])
        return;
    roll->present[entry->rank] = false;
    roll->entered[entry->node_rank]--;
    roll->count--;
}

bool roll_is_complete(const struct roll *roll)
{
    return roll->count == roll->layout->tasks;
}

size_t roll_lacking_node(const struct roll *roll, size_t from)
{
    size_t node = from;

    while (node < roll->layout->nodes->count &&
           roll->entered[node] >= roll->layout->tasks_per_node[node])
        node++;
    return node;
}

/* Writes the missing ranks, "1,4-7", cut with "..." where they are many. */
static void write_missing(const struct roll *roll, char text[RANGES_SIZE])
{
    unsigned tasks = roll->layout->tasks, rank = 0;
    size_t used = 0;

    text[0] = '\0';
    while (rank < tasks) {
        unsigned first = rank;

        while (rank < tasks && !roll->present[rank])
            rank++;
        if (rank > first && used + 32 > RANGES_SIZE) {
            strcpy(text + used, ",...");
            return;
        }
        if (rank > first)
            used += (size_t)snprintf(text + used, RANGES_SIZE - used, "%s%u",
                                     used ? "," : "", first);
        if (rank > first + 1)
            used += (size_t)snprintf(text + used, RANGES_SIZE - used, "-%u", rank - 1);
        rank++;
    }
}

int roll_tell_missing(const struct roll *roll, size_t missing, const char *meeting,
                      unsigned seconds, const char *why, struct error *error)
{
    const char *node = roll->layout->nodes->hosts[missing];
    unsigned count = roll->layout->tasks - roll->count;
    char ranks[RANGES_SIZE], others[48] = "";
    size_t nodes = 0;

    write_missing(roll, ranks);
    for (size_t i = 0; (i = roll_lacking_node(roll, i)) < roll->layout->nodes->count; i++)
        nodes++;
    if (nodes > 1)
        snprintf(others, sizeof(others), " and %zu more node%s", nodes - 1,
                 nodes > 2 ? "s" : "");
    if (why[0])
        return error_set(
            error, ERROR_NODE,
            "rank%s %s on %s%s did not come to rank 0 on %s within %u s: %s; "
            "tell your administrator, or leave the node out with --exclude=%s",
            count > 1 ? "s" : "", ranks, node, others, meeting, seconds, why, node);
    return error_set(
        error, ERROR_NODE,
        "rank%s %s on %s%s did not come to rank 0 on %s within %u s; see what "
        "else the step says of %s, and start it again",
        count > 1 ? "s" : "", ranks, node, others, meeting, seconds, node);
}
