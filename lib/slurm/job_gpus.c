/* job_gpus.c: reads each node's GPUs from what scontrol says of a job. */
#include "lib/slurm/job_gpus.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT "     " /* deeper than a record's other lines */

struct gpus_reading {
    const struct hostlist *nodes;
    unsigned *gpus;
    bool *is_told;
    /* Where the next name is likely to be: the lines follow the nodes' order. */
    size_t next;
};

/* Returns the length of the list's first item. A comma ends it, but not one inside of
 * parentheses, as in "gpu:3(IDX:0,2-3)". */
static size_t item_length(const char *list)
{
    size_t length = 0;

    for (bool inside = false; list[length]; length++) {
        if (list[length] == '(' || list[length] == ')')
            inside = list[length] == '(';
        else if (list[length] == ',' && !inside)
            break;
    }
    return length;
}

/* Returns the last number before the parenthesis, of "gpu:3(IDX:0-2)" and
 * "gpu:a100:3(...)"; 0 for anything else. */
static unsigned gpus_of_item(const char *item, size_t length)
{
    size_t end = strcspn(item, "("), start;

    if (strncmp(item, "gpu:", 4) != 0)
        return 0;
    end = end < length ? end : length;
    for (start = end; start > 4 && item[start - 1] != ':'; start--)
        continue;
    return (unsigned)strtoul(item + start, NULL, 10);
}

static unsigned gpus_of_list(const char *list)
{
    unsigned sum = 0;

    while (*list) {
        size_t length = item_length(list);

        sum += gpus_of_item(list, length);
        list += length + (list[length] == ',');
    }
    return sum;
}

/* Notes the GPUs of `node`. Fails for a name that is no node of the job's, or that was
 * there before: Slurm writes no such line. */
static int note(struct gpus_reading *reading, const char *node, unsigned gpus)
{
    size_t count = reading->nodes->count;

    for (size_t i = 0; i < count; i++) {
        size_t place = (reading->next + i) % count;

        if (!reading->is_told[place] && strcmp(reading->nodes->hosts[place], node) == 0) {
            reading->gpus[place] = gpus;
            reading->is_told[place] = true;
            reading->next = place + 1;
            return 0;
        }
    }
    return -1;
}

/* Reads a line of nodes that have the same GPUs. The first wrong name ends the reading: a
 * user's words may look like such lines, as many as the user likes, each with as many
 * names as a list may have. */
static int read_nodes(struct gpus_reading *reading, char *line, struct error *error)
{
    char *names = line + strlen(INDENT "Nodes="), *list = strstr(line, " GRES=");
    struct hostlist told;
    int status = 0;
    unsigned gpus;

    names[strcspn(names, " ")] = '\0';
    gpus = list ? gpus_of_list(list + strlen(" GRES=")) : 0;
    if (hostlist_expand(&told, names, error) < 0)
        return -1;
    for (size_t i = 0; i < told.count && status == 0; i++)
        status = note(reading, told.hosts[i], gpus);
    hostlist_release(&told);
    return status == 0 ? 0
                       : error_set(error, ERROR_SITE,
                                   "Slurm tells of the job's nodes twice, or of others: "
                                   "words of its user's are in the way");
}

static int read_lines(struct gpus_reading *reading, char *text, unsigned job,
                      struct error *error)
{
    bool is_ours = false;
    char *rest;

    for (char *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "JobId=", 6) == 0)
            is_ours = strtoul(line + 6, NULL, 10) == job;
        else if (is_ours &&
                 strncmp(line, INDENT "Nodes=", strlen(INDENT "Nodes=")) == 0 &&
                 read_nodes(reading, line, error) < 0)
            return -1;
    }
    for (size_t i = 0; i < reading->nodes->count; i++)
        if (!reading->is_told[i])
            return error_set(error, ERROR_SITE,
                             "Slurm does not say what job %u has on node %s", job,
                             reading->nodes->hosts[i]);
    return 0;
}

unsigned *job_gpus_read(const char *text, unsigned job, const struct hostlist *nodes,
                        struct error *error)
{
    struct gpus_reading reading = {.nodes = nodes,
                                   .gpus = calloc(nodes->count + 1, sizeof(unsigned)),
                                   .is_told = calloc(nodes->count + 1, sizeof(bool))};
    char *copy = strdup(text);
    int status = -1;

    if (reading.gpus && reading.is_told && copy)
        status = read_lines(&reading, copy, job, error);
    else
        error_set(error, ERROR_NODE, "out of memory for the job's nodes");
    free(copy);
    free(reading.is_told);
    if (status == 0)
        return reading.gpus;
    free(reading.gpus);
    return NULL;
}
