/* job_comment.c: asks squeue for a job's AdminComment. */
#include "storage/keeper/job_comment.h"

#include "lib/process.h"
#include "lib/slurm/random_pause.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_MS 250

static void become_squeue(const struct job_comment *comment)
{
    char job[16];

    poll(NULL, 0, comment->pause);
    snprintf(job, sizeof(job), "%u", comment->job);
    if (dup2(PROCESS_SOCKET, 1) < 0 || dup2(PROCESS_SOCKET, 2) < 0 ||
        close(PROCESS_SOCKET) < 0)
        _exit(127);
    execl(comment->squeue, comment->squeue, "--noheader", "--all", "--states=all",
          "--Format=" JOB_LINE_COMMENT_FORMAT, "--jobs", job, NULL);
    fprintf(stderr, "%s: %s\n", comment->squeue, strerror(errno));
    _exit(127);
}

static void begin(struct job_comment *comment)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    comment->child = process_fork(ends[1]);
    if (comment->child == 0)
        become_squeue(comment);
    close(ends[1]);
    comment->answer = ends[0];
}

void job_comment_ask(struct job_comment *comment, const struct settings *settings,
                     unsigned job, unsigned long nodes)
{
    memset(comment, 0, sizeof(*comment));
    job_line_program(comment->squeue, settings);
    comment->job = job;
    comment->pause = random_pause(nodes);
    comment->answer = -1;
    begin(comment);
}

static void leave_child(struct job_comment *comment)
{
    struct deadline soon = deadline_after(PROCESS_END_MS);

    if (comment->answer >= 0)
        close(comment->answer);
    if (comment->child > 0 && process_wait(comment->child, &soon, NULL) < 0)
        process_kill(comment->child);
    comment->child = 0;
    comment->answer = -1;
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
    char *end;

    if (strtoul(line, &end, 10) == comment->job && end > line && *end == ' ' &&
        strlen(line) >= JOB_LINE_ID_WIDTH) {
        take_comment(comment, line + JOB_LINE_ID_WIDTH);
        return true;
    }
    if (strstr(line, "Invalid job id"))
        return true;
    snprintf(comment->said, sizeof(comment->said), "%s", line);
    return false;
}

/* A line that is being read, and whether it was the job's. */
struct comment_line {
    char line[JOB_LINE_ID_WIDTH + JOB_COMMENT_SIZE];
    size_t length;
    bool is_done;
};

static void take_part(struct job_comment *comment, struct comment_line *reading,
                      const char *part, ssize_t length)
{
    for (ssize_t i = 0; i < length && !reading->is_done; i++) {
        if (part[i] != '\n') {
            if (reading->length < sizeof(reading->line) - 1)
                reading->line[reading->length++] = part[i];
            continue;
        }
        reading->line[reading->length] = '\0';
        reading->length = 0;
        reading->is_done = take_line(comment, reading->line);
    }
}

/* Reads until the job's line or the end. Returns whether the line came. */
static bool read_answer(struct job_comment *comment, const struct deadline *deadline)
{
    struct comment_line reading = {.length = 0};
    struct pollfd answer = {.fd = comment->answer, .events = POLLIN};
    char part[4096];
    ssize_t length = 1;

    while (!reading.is_done && length > 0 && !deadline_passed(deadline)) {
        if (poll(&answer, 1, deadline_left(deadline)) <= 0)
            continue;
        length = read(comment->answer, part, sizeof(part));
        take_part(comment, &reading, part, length);
    }
    return reading.is_done;
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
        if (comment->answer >= 0)
            is_told = read_answer(comment, deadline);
        leave_child(comment);
        if (is_told || deadline_left(deadline) < AGAIN_MS)
            break;
        comment->pause = AGAIN_MS;
        begin(comment);
    }
    return is_told ? 0 : explain_silence(comment, error);
}
