/* job_watch.c: watches whether the keeper's job goes on, and asks Slurm. */
#include "storage/keeper/job_watch.h"

#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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
    watch->child = watch->answer = -1;
    ask_in(watch, first);
}

void job_watch_join(struct job_watch *watch, int socket)
{
    int step = watch->step_count < JOB_WATCH_STEPS_MAX ? process_open_peer(socket) : -1;

    if (step >= 0)
        watch->steps[watch->step_count++] = step;
}

static void become_squeue(const struct job_watch *watch)
{
    char job[16];

    snprintf(job, sizeof(job), "%u", watch->job);
    if (dup2(PROCESS_SOCKET, 1) < 0 || dup2(PROCESS_SOCKET, 2) < 0 ||
        close(PROCESS_SOCKET) < 0)
        _exit(127);
    execl(watch->squeue, watch->squeue, JOB_LINE_WORDS, job, NULL);
    _exit(127);
}

static void ask(struct job_watch *watch)
{
    int ends[2];

    watch->length = 0;
    watch->state = JOB_STATE_UNKNOWN;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    watch->child = process_fork(ends[1]);
    if (watch->child == 0)
        become_squeue(watch);
    close(ends[1]);
    watch->answer = ends[0];
    fcntl(watch->answer, F_SETFL, O_NONBLOCK);
    watch->patience = deadline_after(PATIENCE_MS);
}

/* Lets the child go: its pipe is closed or its time is over, so it ends at once, or is
 * killed. */
static void leave_child(struct job_watch *watch)
{
    struct deadline soon = deadline_after(100);

    if (watch->answer >= 0)
        close(watch->answer);
    if (watch->child > 0 && process_wait(watch->child, &soon, NULL) < 0)
        process_kill(watch->child);
    watch->child = watch->answer = -1;
}

static void read_line(struct job_watch *watch)
{
    enum job_state state;

    watch->line[watch->length] = '\0';
    watch->length = 0;
    state = job_state_read(watch->line, watch->job, watch->restarts);
    if (state != JOB_STATE_UNKNOWN)
        watch->state = state;
}

/* Reads the answer. Under the number of an array's first task, Slurm prints a line for
 * each task. Returns whether the answer is complete. */
static bool read_answer(struct job_watch *watch)
{
    char part[4096];
    ssize_t length = read(watch->answer, part, sizeof(part));

    for (ssize_t i = 0; i < length; i++)
        if (part[i] == '\n')
            read_line(watch);
        else if (watch->length < sizeof(watch->line) - 1)
            watch->line[watch->length++] = part[i];
    return length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
}

static void finish_asking(struct job_watch *watch)
{
    read_line(watch); /* the last line may lack its newline */
    leave_child(watch);
    ask_in(watch, 2 * watch->pause);
}

size_t job_watch_poll(const struct job_watch *watch, struct pollfd *polled)
{
    for (size_t i = 0; i < watch->step_count; i++)
        polled[i] = (struct pollfd){.fd = watch->steps[i], .events = POLLIN};
    if (watch->answer < 0)
        return watch->step_count;
    polled[watch->step_count] = (struct pollfd){.fd = watch->answer, .events = POLLIN};
    return watch->step_count + 1;
}

int job_watch_timeout(const struct job_watch *watch)
{
    if (watch->answer >= 0)
        return deadline_left(&watch->patience);
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
    bool asked = watch->answer >= 0;
    size_t steps = count - (asked && count > 0);

    if (asked && ((polled[steps].revents && read_answer(watch)) ||
                  deadline_passed(&watch->patience))) {
        finish_asking(watch);
        if (watch->state > JOB_STATE_GOES_ON)
            return watch->state;
    }
    forget_steps(watch, polled, steps);
    if (watch->answer < 0 && watch->step_count == 0 && deadline_passed(&watch->next))
        ask(watch);
    return JOB_STATE_GOES_ON;
}

void job_watch_end(struct job_watch *watch)
{
    leave_child(watch);
    for (size_t i = 0; i < watch->step_count; i++)
        close(watch->steps[i]);
    watch->step_count = 0;
}
