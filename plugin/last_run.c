/* last_run.c: asks Slurm whether a job that ends will be run again. */
#include "plugin/last_run.h"

#include "lib/error.h"
#include "lib/program.h"
#include "lib/slurm/job_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS 1000
/* scontrol answers with all tasks of an array where the job has the array's number. */
#define SAID_SIZE 65536

/* Returns what the program of `words` says, for the caller to free; NULL for nothing. */
static char *ask(char *const words[])
{
    struct error error = {.party = ERROR_NONE};
    char *said = calloc(1, SAID_SIZE);

    if (said && program_run(words, ASK_MS, said, SAID_SIZE, &error) == 0)
        return said;
    free(said);
    return NULL;
}

/* Returns the line of `text` that begins with `begin`, or NULL. */
static const char *line_of(const char *text, const char *begin)
{
    while (text && strncmp(text, begin, strlen(begin)) != 0) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return text;
}

/* Whether `code` is in a list such as "1,99-101". A list that cannot be read is taken to
 * have it. */
static bool holds(const char *list, long code)
{
    while (*list && *list != '\n') {
        char *end;
        long first = strtol(list, &end, 10), last = first;

        if (end == list)
            return true;
        if (*end == '-')
            last = strtol(end + 1, &end, 10);
        if (first <= code && code <= last)
            return true;
        list = *end == ',' ? end + 1 : end;
    }
    return false;
}

static bool is_in_setting(const char *config, const char *name, long code)
{
    const char *line = line_of(config, name);
    const char *value = line ? strstr(line, "= ") : NULL;

    if (!line || !value)
        return true;
    value += strlen("= ");
    return strncmp(value, "(null)", strlen("(null)")) != 0 && holds(value, code);
}

static bool may_be_requeued_by_code(const struct settings *settings)
{
    const char *code = getenv("SLURM_JOB_EXIT_CODE2"); /* "99:0" */
    char *const words[] = {(char *)settings->scontrol, "show", "config", NULL};
    char *config = ask(words);
    bool may = !code || !config ||
               is_in_setting(config, "RequeueExit ", strtol(code, NULL, 10)) ||
               is_in_setting(config, "RequeueExitHold ", strtol(code, NULL, 10));

    free(config);
    return may;
}

const char *last_run_restarts(const struct settings *settings, const struct job *job,
                              char word[LAST_RUN_WORD_SIZE])
{
    char id[16], squeue[JOB_LINE_PATH_SIZE];
    char *const words[] = {squeue, JOB_LINE_WORDS, id, NULL};
    struct job_line line;
    char *said;

    if (may_be_requeued_by_code(settings))
        return NULL;
    job_line_program(squeue, settings);
    snprintf(id, sizeof(id), "%u", job->id);
    said = ask(words);
    if (said && job_line_find(&line, said, job->id))
        snprintf(word, LAST_RUN_WORD_SIZE, "%lu", line.restarts);
    else
        word = NULL;
    free(said);
    return word;
}
