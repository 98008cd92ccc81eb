/* gpus_per_node.c: learns how many GPUs the job has on each of its nodes. */
#include "plugin/gpus_per_node.h"

#include "lib/slurm/job_gpus.h"
#include "plugin/job_record.h"
#include "plugin/variable.h"

#include <stdio.h>
#include <stdlib.h>

/* Returns the counts as Slurm writes them, "3,1(x2)", malloc'ed; NULL when memory is
 * short. */
static char *join_counts(const unsigned *counts, size_t count)
{
    char *text = NULL;
    size_t size, same;
    FILE *stream = open_memstream(&text, &size);

    for (size_t i = 0; stream && i < count; i += same) {
        for (same = 1; i + same < count && counts[i + same] == counts[i]; same++)
            continue;
        fprintf(stream, "%s%u", i > 0 ? "," : "", counts[i]);
        if (same > 1)
            fprintf(stream, "(x%zu)", same);
    }
    if (stream && fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

/* Returns slurmctld's answer, malloc'ed; NULL when there is none. */
static char *ask(struct spank_handle *spank, const struct step *step,
                 const struct settings *settings, const struct hostlist *nodes)
{
    char *record = job_record_read_details(settings, spank, &step->job), *text = NULL;
    struct error ignored = {.party = ERROR_NONE};
    unsigned *gpus = record ? job_gpus_read(record, step->job.id, nodes, &ignored) : NULL;

    if (gpus)
        text = join_counts(gpus, nodes->count);
    free(gpus);
    free(record);
    return text;
}

int gpus_per_node_tell(struct spank_handle *spank, const struct step *step,
                       const struct settings *settings, const struct hostlist *nodes,
                       struct error *error)
{
    unsigned *handed_on =
        step->kind == STEP_TASKS ? gpus_per_node_read(spank, nodes) : NULL;
    char *text = NULL;
    int status = 0;

    if (!handed_on) {
        if (nodes->count > 1)
            text = ask(spank, step, settings, nodes);
        status = variable_set_or_unset(spank, GPUS_PER_NODE, text, error);
    }
    free(text);
    free(handed_on);
    return status;
}

unsigned *gpus_per_node_read(struct spank_handle *spank, const struct hostlist *nodes)
{
    char *text = spank_job_environment(spank, GPUS_PER_NODE);
    struct error ignored = {.party = ERROR_NONE};
    size_t count = 0;
    unsigned *gpus = text ? hostlist_expand_counts(text, &count, &ignored) : NULL;

    free(text);
    if (gpus && count == nodes->count)
        return gpus;
    free(gpus);
    return NULL;
}
