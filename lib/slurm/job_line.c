/* job_line.c: asks squeue for what Slurm alone knows of a job. */
#include "lib/slurm/job_line.h"

#include "lib/number.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Returns whether `word` is a number and nothing else; it is 0 for "N/A" and lists. */
static bool is_number(const char *word, unsigned *number)
{
    uint64_t value = 0;
    bool is = number_parse(word, UINT_MAX, &value);

    *number = (unsigned)value;
    return is;
}

bool job_line_read(struct job_line *line, const char *text)
{
    char state[33], requeue[9], batch[9], leader[17], array[17], task[33];

    *line = (struct job_line){.id = 0};
    if (sscanf(text, "%u %32s %lu %8s %8s %16s %16s %32s", &line->id, state,
               &line->restarts, requeue, batch, leader, array, task) != 8)
        return false;
    line->state = job_state_of(state);
    line->is_requeued = strcmp(requeue, "1") == 0;
    line->has_script = strcmp(batch, "1") == 0;
    is_number(leader, &line->leader);
    if (is_number(task, &line->array_task))
        is_number(array, &line->array);
    return true;
}

bool job_line_find(struct job_line *line, const char *text, unsigned id)
{
    while (text) {
        if (job_line_read(line, text) && line->id == id)
            return true;
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return false;
}

void job_line_beside(char path[JOB_LINE_PATH_SIZE], const struct settings *settings,
                     const char *program)
{
    const char *slash = strrchr(settings->scontrol, '/');
    int length = slash ? (int)(slash + 1 - settings->scontrol) : 0;

    snprintf(path, JOB_LINE_PATH_SIZE, "%.*s%s", length, settings->scontrol, program);
}

void job_line_program(char path[JOB_LINE_PATH_SIZE], const struct settings *settings)
{
    job_line_beside(path, settings, "squeue");
}
