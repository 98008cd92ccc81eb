/* roll.h: who has come to the launch check of a step, and what is wrong with them.
 *
 * Rank 0 keeps the roll. Pure: roll_call.h has the sockets.
 */
#ifndef ATELIER_ROLL_H
#define ATELIER_ROLL_H

#include "lib/error.h"
#include "lib/hostlist.h"

#include <stdbool.h>
#include <stddef.h>

#define ROLL_NODE_SIZE 256 /* a host name, with its NUL */
#define ROLL_STEP_SIZE 80
#define ROLL_TOKEN_SIZE 40

/* What a task says of itself. */
struct roll_entry {
    char node[ROLL_NODE_SIZE];   /* where it is */
    char token[ROLL_TOKEN_SIZE]; /* what it read in the shared directory; "" for none */
    char
        problem[ERROR_TEXT_SIZE]; /* the sentence of what it found wrong; "" if nothing */
    unsigned tasks, rank, node_rank; /* the size of the world, and its place there */
};

/* The name under which the tasks of one run of a step know each other: job, step, restart
 * and user. One srun may start several steps, of a heterogeneous job, with one secret. */
void roll_name_step(char name[ROLL_STEP_SIZE], unsigned job, unsigned step,
                    unsigned restart, unsigned uid);

/* As Slurm deals the step: `tasks_per_node` has a number for each of `nodes`. */
struct roll_layout {
    unsigned tasks;
    const struct hostlist *nodes;
    const unsigned *tasks_per_node;
};

struct roll;

/* A roll that nobody has entered, or NULL when memory is short. `layout` must live as
 * long. */
struct roll *roll_create(const struct roll_layout *layout);
void roll_destroy(struct roll *roll);

/* Enters a task. Returns whether it is entered: not when it contradicts the layout or who
 * is entered already. Fills `error` (ERROR_NODE) in that case, and with the problem that
 * the task brings. */
bool roll_enter(struct roll *roll, const struct roll_entry *entry, struct error *error);

/* Forgets one whose connection ended. */
void roll_leave(struct roll *roll, const struct roll_entry *entry);

/* Whether all have come. */
bool roll_is_complete(const struct roll *roll);

/* The first node, in the order of the step, from `from` on that lacks tasks; the number
 * of nodes when none does. */
size_t roll_lacking_node(const struct roll *roll, size_t from);

/* Fills `error` (ERROR_NODE) with the sentence of who has not come from `missing`, a node
 * that lacks tasks, to rank 0 on `meeting`. `why` is what is known of the cause, "" for
 * nothing. Always returns -1. */
int roll_tell_missing(const struct roll *roll, size_t missing, const char *meeting,
                      unsigned seconds, const char *why, struct error *error);

#endif
