/* doctor_nodes.c: which node of an allocation is dead or slow. */
#include "cli/command.h"
#include "cli/doctor/doctor.h"
#include "cli/doctor/doctor_step.h"
#include "cli/output.h"
#include "cli/view.h"
#include "lib/deadline.h"
#include "lib/hostlist.h"
#include "lib/slurm/slurm_option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOKS 5    /* what other programs do to a link does not last */
#define STEPS 10   /* with those that found a node dead, or failed */
#define FAILURES 3 /* MPI does not always start while the step before still ends */

/* A check of the job's steps would find the dead node, too, and not start. */
static void forget_launch_check(void)
{
    unsetenv(SLURM_OPTION_INSIDE "check");
    unsetenv(SLURM_OPTION_FOR_STEP "check");
}

static int find_nodes(struct hostlist *list, struct error *error)
{
    const char *nodes = getenv("SLURM_JOB_NODELIST");

    if (!getenv("SLURM_JOB_ID") || !nodes)
        return error_set(error, ERROR_USER,
                         "there is no allocation here: run it in a job, such as "
                         "`salloc -N4 atelier doctor --nodes`");
    return hostlist_expand(list, nodes, error);
}

static bool anybody_lives(const struct doctor_look *look)
{
    for (size_t i = 0; i < look->node_count; i++)
        if (look->nodes[i].state != DOCTOR_DEAD)
            return true;
    return false;
}

/* Looks again without the dead; and again where a link is slow, since a second look makes
 * measurements only better. */
static int look_at(struct doctor_look *look, struct error *error)
{
    int looks = 0, failures = 0;

    for (int step = 0; step < STEPS && looks < LOOKS && anybody_lives(look); step++) {
        struct doctor_node *trial;
        int status = doctor_step(look, error);
        size_t slow;

        if (status < 0 && ++failures == FAILURES)
            return -1;
        error->party = status < 0 ? ERROR_NONE : error->party;
        if (status != 0)
            continue;
        looks++;
        trial = malloc(look->node_count * sizeof(*trial));
        if (!trial)
            return error_set(error, ERROR_NODE, "out of memory for the nodes");
        memcpy(trial, look->nodes, look->node_count * sizeof(*trial));
        slow = doctor_judge(trial, look->node_count, look->links, look->link_count);
        if (slow == 0 || looks == LOOKS)
            memcpy(look->nodes, trial, look->node_count * sizeof(*trial));
        free(trial);
        if (slow == 0)
            return 0;
    }
    return 0;
}

static json_t *problems_of(const struct doctor_look *look)
{
    json_t *problems = json_array();
    char text[ERROR_TEXT_SIZE];

    for (size_t i = 0; i < look->node_count; i++)
        if (look->nodes[i].state != DOCTOR_WELL)
            json_array_append_new(problems, json_string(look->nodes[i].why));
    for (size_t i = 0; i < look->link_count; i++)
        if (doctor_tell_link(look->nodes, &look->links[i], text))
            json_array_append_new(problems, json_string(text));
    return problems;
}

static const char *const states[] = {"well", "slow", "dead"};

static json_t *answer_of(const struct doctor_look *look)
{
    json_t *nodes = json_array(), *links = json_array();

    for (size_t i = 0; i < look->node_count; i++)
        json_array_append_new(nodes, json_pack("{s:s, s:s}", "node", look->nodes[i].name,
                                               "state", states[look->nodes[i].state]));
    for (size_t i = 0; i < look->link_count; i++)
        json_array_append_new(
            links, json_pack("{s:s, s:s, s:I, s:I, s:b}", "from",
                             look->nodes[look->links[i].from].name, "to",
                             look->nodes[look->links[i].to].name, "microseconds",
                             (json_int_t)look->links[i].microseconds, "bytes_per_second",
                             (json_int_t)(look->links[i].megabytes * 1e6), "slow",
                             look->links[i].is_slow));
    return json_pack("{s:o, s:o, s:o, s:{s:i, s:I, s:I}}", "nodes", nodes, "links", links,
                     "problems", problems_of(look), "all_reduce", "nodes",
                     (int)look->reduced, "microseconds_8_bytes", (json_int_t)look->small,
                     "microseconds_1_mib", (json_int_t)look->large);
}

static json_t *row_of_node(const struct doctor_look *look, size_t node)
{
    char latency[32] = "", bandwidth[32] = "";
    const char *to = "";

    for (size_t i = 0; i < look->link_count; i++) {
        if (look->links[i].from != node)
            continue;
        to = look->nodes[look->links[i].to].name;
        snprintf(latency, sizeof(latency), "%.0f us", look->links[i].microseconds);
        snprintf(bandwidth, sizeof(bandwidth), "%.1f MB/s", look->links[i].megabytes);
    }
    return json_pack("[s, s, s, s, s]", look->nodes[node].name,
                     states[look->nodes[node].state], to, latency, bandwidth);
}

static void print_text(const struct doctor_look *look, const json_t *problems)
{
    json_t *rows =
        json_pack("[[s, s, s, s, s]]", "node", "is", "link to", "takes", "carries");
    const json_t *sentence;
    size_t index;

    for (size_t i = 0; i < look->node_count; i++)
        json_array_append_new(rows, row_of_node(look, i));
    view_rows(rows);
    json_decref(rows);
    if (look->small > 0)
        printf("all-reduce over %zu node%s: %.0f us for 8 bytes, %.0f us for 1 MiB\n",
               look->reduced, look->reduced == 1 ? "" : "s", look->small, look->large);
    json_array_foreach(problems, index, sentence) {
        output_text(json_string_value(sentence));
        putchar('\n');
    }
    if (json_array_size(problems) == 0)
        printf("%s\n", look->link_count < 3
                           ? "all nodes answer; with fewer than three there is no link "
                             "to compare with another"
                           : "all nodes are well");
}

static int report(const struct doctor_look *look, bool json)
{
    json_t *answer = answer_of(look);
    const json_t *problems = json_object_get(answer, "problems");
    int status = json_array_size(problems) > 0 ? COMMAND_PROBLEM : COMMAND_GOOD;

    if (json)
        output_json(answer);
    else
        print_text(look, problems);
    json_decref(answer);
    return status;
}

int doctor_nodes(const struct settings *settings, const char *mpi, bool json)
{
    struct doctor_look look = {.probe = settings->doctor, .mpi = mpi};
    struct error error = {.party = ERROR_NONE};
    struct hostlist list = {.count = 0};
    int status = COMMAND_USAGE;

    forget_launch_check();
    if (find_nodes(&list, &error) == 0) {
        look.node_count = list.count;
        look.nodes = calloc(list.count, sizeof(*look.nodes));
        look.links = calloc(list.count, 3 * sizeof(*look.links));
        for (size_t i = 0; look.nodes && i < list.count; i++)
            look.nodes[i].name = list.hosts[i];
        if (!look.nodes || !look.links)
            error_set(&error, ERROR_NODE, "out of memory for the nodes");
        else if (look_at(&look, &error) == 0)
            status = report(&look, json);
    }
    if (error.party)
        fprintf(stderr, "atelier doctor: %s\n", error.text);
    free(look.nodes);
    free(look.links);
    hostlist_release(&list);
    return status;
}
