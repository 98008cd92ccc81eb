/* run_loss.c: asks Slurm whether the job lost data while `atelier run` ran. */
#include "run/run_loss.h"

#include "lib/agreed.h"
#include "lib/number.h"
#include "lib/slurm/job_line.h"
#include "lib/slurm/slurm_command.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS 5000

static char *sentence_in(const char *line)
{
    size_t length = strcspn(line, "\n");
    char *text = strndup(line, length), *begin = text ? strstr(text, FAILURE_KEY) : NULL;
    char *sentence = NULL;

    while (text && length > 0 && text[length - 1] == ' ')
        text[--length] = '\0';
    if (begin)
        sentence = strdup(begin + strlen(FAILURE_KEY));
    free(text);
    return sentence;
}

/* Reads the job's record. Asked for the number of an array's first task, squeue prints a
 * line for each task. */
static char *read_record(unsigned job)
{
    char id[16];
    const char *const argv[] = {"squeue",
                                "--noheader",
                                "--all",
                                "--states=all",
                                "--Format=" JOB_LINE_COMMENT_FORMAT,
                                "--jobs",
                                id,
                                NULL};
    struct error ignored = {.party = ERROR_NONE};
    const char *line;
    char *said, *sentence = NULL;

    snprintf(id, sizeof(id), "%u", job);
    line = said = slurm_command_run_within(argv, ASK_MS, &ignored);
    while (line && *line && !sentence) {
        if (number_of(line, UINT_MAX) == job)
            sentence = sentence_in(line);
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    free(said);
    return sentence;
}

void run_loss_begin(struct run_loss *loss, unsigned job)
{
    *loss = (struct run_loss){.job = job, .before = job ? read_record(job) : NULL};
}

char *run_loss_end(struct run_loss *loss)
{
    char *now = loss->job ? read_record(loss->job) : NULL;
    bool is_old = now && loss->before && strcmp(now, loss->before) == 0;

    free(loss->before);
    loss->before = NULL;
    if (!is_old)
        return now;
    free(now);
    return NULL;
}
