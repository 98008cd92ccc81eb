/* doctor_verdict.c: finds the dead and the slow nodes in what was measured. */
#include "cli/doctor/doctor_verdict.h"

#include <stdio.h>
#include <stdlib.h>

/* So much worse than good links here. Processors that are busy with other things make a
 * factor of two, a cable or a switch port that fell back to a lower speed one of ten. */
#define SLOWER 4
#define LATER 10
#define LATER_AT_LEAST 1000 /* microseconds: below nobody's training cares */

static int compare(const void *one, const void *other)
{
    const double *left = one, *right = other;

    return (*left > *right) - (*left < *right);
}

/* What a good link here has: the better quarter, since one slow node of three makes two
 * of three links slow. */
static void find_good(const struct doctor_link *links, size_t count, double *microseconds,
                      double *megabytes)
{
    double *values = calloc(count, sizeof(*values));

    *microseconds = *megabytes = 0;
    if (!values)
        return;
    for (size_t i = 0; i < count; i++)
        values[i] = links[i].microseconds;
    qsort(values, count, sizeof(*values), compare);
    *microseconds = values[count / 4];
    for (size_t i = 0; i < count; i++)
        values[i] = links[i].megabytes;
    qsort(values, count, sizeof(*values), compare);
    *megabytes = values[count - 1 - count / 4];
    free(values);
}

/* The worst of the node's links, and whether all are slow. */
static bool all_are_slow(size_t node, const struct doctor_link *links, size_t count,
                         const struct doctor_link **worst)
{
    size_t own = 0, slow = 0;

    for (size_t i = 0; i < count; i++) {
        if (links[i].from != node && links[i].to != node)
            continue;
        own++;
        slow += links[i].is_slow;
        if (own == 1 || links[i].megabytes < (*worst)->megabytes)
            *worst = &links[i];
    }
    return own > 0 && own == slow;
}

static void judge_node(struct doctor_node *nodes, size_t node,
                       const struct doctor_link *links, size_t count, double microseconds,
                       double megabytes)
{
    const struct doctor_link *worst = NULL;

    if (nodes[node].state == DOCTOR_DEAD || !all_are_slow(node, links, count, &worst))
        return;
    nodes[node].state = DOCTOR_SLOW;
    snprintf(nodes[node].why, sizeof(nodes[node].why),
             "%.100s is slow: its links carry %.1f MB/s at %.0f us where those of other "
             "nodes carry %.0f MB/s at %.0f us; tell your administrator, or leave it out "
             "with --exclude=%.100s",
             nodes[node].name, worst->megabytes, worst->microseconds, megabytes,
             microseconds, nodes[node].name);
}

size_t doctor_judge(struct doctor_node *nodes, size_t node_count,
                    struct doctor_link *links, size_t link_count)
{
    double microseconds, megabytes;
    size_t slow = 0;

    if (link_count < 3)
        return 0;
    find_good(links, link_count, &microseconds, &megabytes);
    for (size_t i = 0; i < link_count; i++) {
        links[i].is_slow = links[i].megabytes * SLOWER < megabytes ||
                           links[i].microseconds > LATER_AT_LEAST + LATER * microseconds;
        slow += links[i].is_slow;
    }
    for (size_t node = 0; slow > 0 && node < node_count; node++)
        judge_node(nodes, node, links, link_count, microseconds, megabytes);
    return slow;
}

bool doctor_tell_link(const struct doctor_node *nodes, const struct doctor_link *link,
                      char text[ERROR_TEXT_SIZE])
{
    const struct doctor_node *from = &nodes[link->from], *to = &nodes[link->to];

    if (!link->is_slow || from->state != DOCTOR_WELL || to->state != DOCTOR_WELL)
        return false;
    snprintf(
        text, ERROR_TEXT_SIZE,
        "the link between %.100s and %.100s is slow: it carries %.1f MB/s at %.0f us, "
        "and the other links of both are well; tell your administrator",
        from->name, to->name, link->megabytes, link->microseconds);
    return true;
}

void doctor_add_link(struct doctor_link *links, size_t *count,
                     const struct doctor_link *measured)
{
    for (size_t i = 0; i < *count; i++) {
        if (links[i].from != measured->from || links[i].to != measured->to)
            continue;
        if (measured->microseconds < links[i].microseconds)
            links[i].microseconds = measured->microseconds;
        if (measured->megabytes > links[i].megabytes)
            links[i].megabytes = measured->megabytes;
        return;
    }
    links[(*count)++] = *measured;
}
