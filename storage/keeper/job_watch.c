/* job_watch.c: watches whether the keeper's job goes on, and asks Slurm. */
#include "storage/keeper/job_watch.h"

#include "lib/process.h"
#include "storage/keeper/squeue.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define LONGEST_MS (60 * 60 * 1000)
#define PATIENCE_MS 10000 /* for squeue's answer */

/* Returns `least` to twice as much, by chance: otherwise all nodes of a job would ask in
 * one moment. */
static int by_chance(int least)
{
    unsigned random = 0;

    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random = (unsigned)getpid();
    return least + (int)(random % (unsigned)(least + 1));
}

static void ask_in(struct job_watch *watch, int pause)
{
    watch->pause = pause < LONGEST_MS ? pause : LONGEST_MS;
    watch->next = deadline_after(by_chance(watch->pause));
}

void job_watch_begin(struct job_watch *watch, const struct settings *settings,
                     unsigned job, unsigned long restarts, int first)
{
    memset(watch, 0, sizeof(*watch));
    job_line_program(watch->squeue, settings);
    watch->job = job;
    watch->restarts = restarts;
    watch->first = first;
    ask_in(watch, first);
}

void job_watch_join(struct job_watch *watch, int socket)
{
    int step = watch->step_count < JOB_WATCH_STEPS_MAX ? process_open_peer(socket) : -1;

    if (step >= 0)
        watch->steps[watch->step_count++] = step;
}

static void ask(struct job_watch *watch)
{
    watch->state = JOB_STATE_UNKNOWN;
    watch->is_asking = squeue_start(&watch->program, watch->squeue, JOB_LINE_FORMAT,
                                    watch->job, NULL, NULL) == 0;
    watch->patience = deadline_after(PATIENCE_MS);
    if (!watch->is_asking)
        ask_in(watch, 2 * watch->pause);
}

static void read_line(struct job_watch *watch, const char *line)
{
    enum job_state state = job_state_read(line, watch->job, watch->restarts);

    if (state != JOB_STATE_UNKNOWN)
        watch->state = state;
}

/* Reads the answer. Under the number of an array's first task, Slurm prints a line for
 * each task. Returns whether the answer is complete. */
static bool read_answer(struct job_watch *watch)
{
    bool has_ended = program_turn(&watch->program);
    char line[JOB_LINE_SIZE];

    while (said_next_line(&watch->program.said[0], line, sizeof(line)))
        read_line(watch, line);
    return has_ended;
}

static void finish_asking(struct job_watch *watch)
{
    read_line(watch, said_text(&watch->program.said[0])); /* it may lack its newline */
    program_leave(&watch->program);
    watch->is_asking = false;
    ask_in(watch, 2 * watch->pause);
}

size_t job_watch_poll(const struct job_watch *watch, struct pollfd *polled)
{
    for (size_t i = 0; i < watch->step_count; i++)
        polled[i] = (struct pollfd){.fd = watch->steps[i], .events = POLLIN};
    if (!watch->is_asking)
        return watch->step_count;
    program_poll(&watch->program, polled + watch->step_count);
    return watch->step_count + PROGRAM_POLLED;
}

int job_watch_timeout(const struct job_watch *watch)
{
    if (watch->is_asking)
        return program_pause(&watch->program, deadline_left(&watch->patience));
    return watch->step_count > 0 ? -1 : deadline_left(&watch->next);
}

/* Forgets the steps that have ended. The first `count` were polled, newer ones follow. */
static void forget_steps(struct job_watch *watch, const struct pollfd *polled,
                         size_t count)
{
    size_t kept = 0, before = watch->step_count;

    for (size_t i = 0; i < before; i++)
        if (i < count && polled[i].revents)
            close(watch->steps[i]);
        else
            watch->steps[kept++] = watch->steps[i];
    watch->step_count = kept;
    if (before > 0 && kept == 0)
        ask_in(watch, watch->first);
}

enum job_state job_watch_turn(struct job_watch *watch, const struct pollfd *polled,
                              size_t count)
{
    bool asked = watch->is_asking;
    size_t steps = asked && count >= PROGRAM_POLLED ? count - PROGRAM_POLLED : count;

    if (asked && (read_answer(watch) || deadline_passed(&watch->patience))) {
        finish_asking(watch);
        if (watch->state > JOB_STATE_GOES_ON)
            return watch->state;
    }
    forget_steps(watch, polled, steps);
    if (!watch->is_asking && watch->step_count == 0 && deadline_passed(&watch->next))
        ask(watch);
    return JOB_STATE_GOES_ON;
}

void job_watch_end(struct job_watch *watch)
{
    if (watch->is_asking)
        program_leave(&watch->program);
    watch->is_asking = false;
    for (size_t i = 0; i < watch->step_count; i++)
        close(watch->steps[i]);
    watch->step_count = 0;
}
