/* job_comment.c: asks squeue for a job's AdminComment. */
#include "storage/keeper/job_comment.h"

#include "lib/number.h"
#include "lib/slurm/random_pause.h"
#include "storage/keeper/squeue.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define AGAIN_MS 250

static void wait_in_turn(const void *data)
{
    const struct job_comment *comment = data;

    poll(NULL, 0, comment->pause);
}

static void begin(struct job_comment *comment)
{
    squeue_start(&comment->program, comment->squeue, JOB_LINE_COMMENT_FORMAT,
                 comment->job, wait_in_turn, comment);
}

void job_comment_ask(struct job_comment *comment, const struct settings *settings,
                     unsigned job, unsigned long nodes)
{
    memset(comment, 0, sizeof(*comment));
    job_line_program(comment->squeue, settings);
    comment->job = job;
    comment->pause = random_pause(nodes);
    begin(comment);
}

/* Takes the comment without the blanks that fill up its column. */
static void take_comment(struct job_comment *comment, const char *line)
{
    size_t length = strlen(line);

    while (length > 0 && line[length - 1] == ' ')
        length--;
    snprintf(comment->text, sizeof(comment->text), "%.*s", (int)length, line);
}

/* Returns whether the line is the job's: under the number of an array's first task, Slurm
 * prints a line for each task. */
static bool take_line(struct job_comment *comment, const char *line)
{
    const char *end = line;
    uint64_t job;

    if (number_read(&end, UINT_MAX, &job) && job == comment->job && *end == ' ' &&
        strlen(line) >= JOB_LINE_ID_WIDTH) {
        take_comment(comment, line + JOB_LINE_ID_WIDTH);
        return true;
    }
    if (strstr(line, "Invalid job id"))
        return true;
    snprintf(comment->said, sizeof(comment->said), "%s", line);
    return false;
}

/* Returns whether the job's line came by the deadline. */
static bool read_answer(struct job_comment *comment, const struct deadline *deadline)
{
    struct program *program = &comment->program;
    struct pollfd polled[PROGRAM_POLLED];
    char line[JOB_LINE_ID_WIDTH + JOB_COMMENT_SIZE];

    for (;;) {
        bool has_ended = program_turn(program);

        while (said_next_line(&program->said[0], line, sizeof(line)))
            if (take_line(comment, line))
                return true;
        if (has_ended || deadline_passed(deadline))
            return false;
        program_poll(program, polled);
        poll(polled, PROGRAM_POLLED, program_pause(program, deadline_left(deadline)));
    }
}

static void note_cause(struct job_comment *comment)
{
    int cause = ending_cause(&comment->program.ending);

    if (cause)
        snprintf(comment->said, sizeof(comment->said), "%.200s: %.50s", comment->squeue,
                 strerror(cause));
}

static int explain_silence(const struct job_comment *comment, struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "slurmctld did not say what it recorded of job %u%s%s", comment->job,
                     *comment->said ? ": " : "", comment->said);
}

int job_comment_await(struct job_comment *comment, const struct deadline *deadline,
                      struct error *error)
{
    bool is_told = false;

    comment->text[0] = '\0';
    for (;;) {
        is_told = read_answer(comment, deadline);
        note_cause(comment);
        program_leave(&comment->program);
        if (is_told || deadline_left(deadline) < AGAIN_MS)
            break;
        comment->pause = AGAIN_MS;
        begin(comment);
        if (comment->program.process == 0) /* it could not be started */
            poll(NULL, 0, comment->pause);
    }
    return is_told ? 0 : explain_silence(comment, error);
}
