/* doctor_verdict.h: which of the nodes is at fault, from what was measured. Pure.
 */
#ifndef ATELIER_DOCTOR_VERDICT_H
#define ATELIER_DOCTOR_VERDICT_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

enum doctor_state { DOCTOR_WELL, DOCTOR_SLOW, DOCTOR_DEAD };

struct doctor_node {
    const char *name;
    enum doctor_state state;
    char why[ERROR_TEXT_SIZE]; /* a sentence; "" for one that is well */
};

/* Of the ring, between the nodes at two indexes. */
struct doctor_link {
    size_t from, to;
    double microseconds; /* for one byte each way, the best */
    double megabytes;    /* a second, each way at once, the best */
    bool is_slow;
};

/* Finds the links that are slow beside the others, and the nodes all of whose links are:
 * fills is_slow, and state and why of the nodes. Returns how many links are slow. With
 * fewer than three links there is nothing to compare, and none is. */
size_t doctor_judge(struct doctor_node *nodes, size_t node_count,
                    struct doctor_link *links, size_t link_count);

/* Writes the sentence of a slow link; returns false when one of its nodes explains it. */
bool doctor_tell_link(const struct doctor_node *nodes, const struct doctor_link *link,
                      char text[ERROR_TEXT_SIZE]);

/* Adds a measurement, or makes that of the same link better. */
void doctor_add_link(struct doctor_link *links, size_t *count,
                     const struct doctor_link *measured);

#endif
