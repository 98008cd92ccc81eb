#include "job_record.h"

#include "error.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS 2000
#define SAID_SIZE 32768
#define DETAILS_SIZE (1 << 20) /* a line for each kind of node */

/* The number alone would mean the whole array where the job has the array's. */
static void name_job(char name[32], struct spank_handle *spank, const struct job *job)
{
    char *array = step_environment(spank, "SLURM_ARRAY_JOB_ID");
    char *task = step_environment(spank, "SLURM_ARRAY_TASK_ID");

    if (array && task)
        snprintf(name, 32, "%lu_%lu", strtoul(array, NULL, 10), strtoul(task, NULL, 10));
    else
        snprintf(name, 32, "%u", job->id);
    free(array);
    free(task);
}

/* The variables are the user's to set: only the record itself says whose it is. */
static bool is_of(const char *record, unsigned job)
{
    unsigned id;

    return sscanf(record, "JobId=%u ", &id) == 1 && id == job;
}

static char *read_by(char *const words[], size_t size, unsigned id)
{
    char *record = calloc(1, size);
    struct error error = {.party = ERROR_NONE};

    if (record && program_run(words, ASK_MS, record, size, &error) == 0 &&
        is_of(record, id))
        return record;
    free(record);
    return NULL;
}

static char *read_named(const struct settings *settings, char name[32], unsigned id)
{
    char *words[] = {(char *)settings->scontrol, "show", "job", name, NULL};

    return read_by(words, SAID_SIZE, id);
}

char *job_record_read(const struct settings *settings, struct spank_handle *spank,
                      const struct job *job)
{
    char name[32];

    name_job(name, spank, job);
    return read_named(settings, name, job->id);
}

char *job_record_read_details(const struct settings *settings, struct spank_handle *spank,
                              const struct job *job)
{
    char name[32];
    char *words[] = {(char *)settings->scontrol, "--details", "show", "job", name, NULL};

    name_job(name, spank, job);
    return read_by(words, DETAILS_SIZE, job->id);
}

char *job_record_read_number(const struct settings *settings, unsigned id)
{
    char name[32];

    snprintf(name, sizeof(name), "%u", id);
    return read_named(settings, name, id);
}

char *job_record_value(const char *record, const char *field)
{
    size_t length = strlen(field);
    const char *line = record;

    while ((line = strchr(line, '\n'))) {
        line += 1 + strspn(line + 1, " ");
        if (strncmp(line, field, length) == 0 && line[length] == '=') {
            line += length + 1;
            length = strcspn(line, "\n");
            while (length && line[length - 1] == ' ')
                length--;
            return length ? strndup(line, length) : NULL;
        }
    }
    return NULL;
}
