/* job_record.c: asks scontrol what slurmctld knows of a job. */
#include "plugin/job_record.h"

#include "lib/error.h"
#include "lib/number.h"
#include "lib/program.h"
#include "lib/slurm/job_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS 2000
#define SAID_SIZE 32768
#define DETAILS_SIZE (1 << 20) /* a line for each kind of node */

/* Writes the name by which scontrol finds this job alone. It takes the bare number for
 * the whole array where the job has the array's number. */
static void name_job(char name[32], struct spank_handle *spank, const struct job *job)
{
    char *array = spank_job_environment(spank, "SLURM_ARRAY_JOB_ID");
    char *task = spank_job_environment(spank, "SLURM_ARRAY_TASK_ID");

    if (array && task)
        snprintf(name, 32, "%u_%u", (unsigned)number_of(array, UINT_MAX),
                 (unsigned)number_of(task, UINT_MAX));
    else
        snprintf(name, 32, "%u", job->id);
    free(array);
    free(task);
}

/* Only the record itself says whose job it is, since the user can set the variables. */
static bool is_of(const char *said, unsigned job, const char *begin)
{
    size_t length = strlen(begin);
    const char *rest = said + length;
    uint64_t number;

    return strncmp(said, begin, length) == 0 && number_read(&rest, UINT_MAX, &number) &&
           number == job && *rest == ' ';
}

static char *ask(char *const words[], size_t size, unsigned id, const char *begin)
{
    char *said = calloc(1, size);
    struct error error = {.party = ERROR_NONE};

    if (said && program_run(words, ASK_MS, said, size, &error) == 0 &&
        is_of(said, id, begin))
        return said;
    free(said);
    return NULL;
}

char *job_record_read(const struct settings *settings, struct spank_handle *spank,
                      const struct job *job)
{
    char name[32];
    char *words[] = {(char *)settings->scontrol, "show", "job", name, NULL};

    name_job(name, spank, job);
    return ask(words, SAID_SIZE, job->id, "JobId=");
}

char *job_record_read_details(const struct settings *settings, struct spank_handle *spank,
                              const struct job *job)
{
    char name[32];
    char *words[] = {(char *)settings->scontrol, "--details", "show", "job", name, NULL};

    name_job(name, spank, job);
    return ask(words, DETAILS_SIZE, job->id, "JobId=");
}

char *job_record_comment_of(const struct settings *settings, const char *name,
                            unsigned id)
{
    char squeue[JOB_LINE_PATH_SIZE], *said;
    char *words[] = {squeue,         "--noheader", "--all",
                     "--states=all", "--Format",   JOB_LINE_COMMENT_FORMAT,
                     "--jobs",       (char *)name, NULL};
    size_t length;

    job_line_program(squeue, settings);
    said = ask(words, SAID_SIZE, id, "");
    if (!said)
        return NULL;
    length = strlen(said);
    length -= length < JOB_LINE_ID_WIDTH ? length : JOB_LINE_ID_WIDTH;
    memmove(said, said + strlen(said) - length, length + 1);
    while (length && said[length - 1] == ' ')
        said[--length] = '\0';
    return said;
}

char *job_record_comment(const struct settings *settings, struct spank_handle *spank,
                         const struct job *job)
{
    char name[32];

    name_job(name, spank, job);
    return job_record_comment_of(settings, name, job->id);
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
