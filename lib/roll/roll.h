/* roll.h: who has come to the launch check of a step, and what is wrong with them.
 *
 * Rank 0 keeps the roll. This part is pure; roll_call.h has the sockets.
 */
#ifndef ATELIER_ROLL_H
#define ATELIER_ROLL_H

#include "lib/error.h"
#include "lib/hostlist.h"
#include "lib/protocol/release.h"

#include <stdbool.h>
#include <stddef.h>

#define ROLL_NODE_SIZE 256 /* a host name, with its NUL */
#define ROLL_STEP_SIZE 80
#define ROLL_TOKEN_SIZE 40

/* What a task says about itself. */
struct roll_entry {
    char node[ROLL_NODE_SIZE]; /* the task's node */
    /* What the task read in the shared directory; "" for none. */
    char token[ROLL_TOKEN_SIZE];
    char problem[ERROR_TEXT_SIZE]; /* what the task found wrong; "" if nothing */
    /* The task's world size and place, as it knows them. */
    unsigned tasks, rank, node_rank;
    /* Read alone; ours are written. */
    char protocol[RELEASE_WORD_SIZE], release[RELEASE_WORD_SIZE];
};

/* Writes the name by which the tasks of one run of a step know each other: job, step,
 * restart and user. One srun may start several steps with one secret, for a heterogeneous
 * job. */
void roll_name_step(char name[ROLL_STEP_SIZE], unsigned job, unsigned step,
                    unsigned restart, unsigned uid);

/* The step as Slurm lays it out: `tasks_per_node` has a number for each of `nodes`. */
struct roll_layout {
    unsigned tasks;
    const struct hostlist *nodes;
    const unsigned *tasks_per_node;
};

struct roll;

/* Returns a roll that nobody has entered, or NULL when memory is short. `layout` must
 * live as long. */
struct roll *roll_create(const struct roll_layout *layout);
void roll_destroy(struct roll *roll);

/* Enters a task. Returns false when the task contradicts the layout or tasks that have
 * entered; then `error` is filled (ERROR_NODE). It is filled, too, with the problem that
 * a task brings. */
bool roll_enter(struct roll *roll, const struct roll_entry *entry, struct error *error);

/* Forgets a task whose connection ended. */
void roll_leave(struct roll *roll, const struct roll_entry *entry);

/* Returns whether all tasks have come. */
bool roll_is_complete(const struct roll *roll);

/* Returns the first node at or after `from`, in the order of the step, that lacks tasks;
 * the number of nodes when none does. */
size_t roll_lacking_node(const struct roll *roll, size_t from);

/* Fills `error` (ERROR_NODE) with the sentence that tasks of `missing`, a node that lacks
 * some, have not come to rank 0 on `meeting`. `why` is what is known of the cause, "" for
 * nothing. Always returns -1. */
int roll_tell_missing(const struct roll *roll, size_t missing, const char *meeting,
                      unsigned seconds, const char *why, struct error *error);

#endif
