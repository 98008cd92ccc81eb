/* slurm_command.c: runs Slurm's own programs and collects what they say. */
#include "lib/slurm/slurm_command.h"

#include "lib/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_MAX (64u << 20) /* bytes: a million associations */
#define LINE_SIZE 1024
#define OWN_SENTENCE "error: atelier: " /* as slurmstepd and srun have what we say */

/* Of a step on several nodes, srun's word on each task's end may be in front of the
 * cause. */
static bool is_mere_end(struct said_line line)
{
    static const char end[] = ": Exited with exit code ";

    return memmem(line.text, (size_t)line.length, end, strlen(end));
}

/* Copies the line that tells why: Atelier's own, wherever the node's is among those of
 * others; else the first. It is copied without its "sinfo: error: ". */
static const char *tell_cause(const struct said *said, const char *program,
                              char cause[LINE_SIZE])
{
    const char *text = said_text(said), *own = strstr(text, OWN_SENTENCE);
    struct said_line line = said_first_line(own ? own + strlen(OWN_SENTENCE) : text);

    while (!own && is_mere_end(line)) {
        struct said_line next = said_first_line(line.text + line.length);

        if (next.length == 0)
            break;
        line = next;
    }
    line = said_without(said_without(line, program), "error");
    snprintf(cause, LINE_SIZE, "%.*s", line.length, line.text);
    return cause;
}

static int report(const struct ending *ending, const char *words, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    ending_describe(ending, words, text, sizeof(text));
    return error_set(error, ending_party(ending, words, ERROR_SITE), "%s%s", text,
                     ending_cause(ending) == ENOENT ? ": is Slurm installed?" : "");
}

/* A call whose program runs. */
struct running {
    struct slurm_call *call;
    struct program program;
    struct deadline deadline;
    bool is_open; /* it is not judged yet */
};

static void start(struct running *running, struct slurm_call *call)
{
    const struct program_way way = {.words = (char *const *)call->argv,
                                    .process = {.input = PROCESS_NULL},
                                    .most = {OUTPUT_MAX, OUTPUT_MAX}};
    struct ending ending = {.program = call->argv[0]};

    *running =
        (struct running){.call = call, .deadline = deadline_after(call->milliseconds)};
    call->text = NULL;
    call->error = (struct error){.party = ERROR_NONE};
    running->is_open = program_start(&running->program, &way) == 0;
    if (running->is_open)
        return;
    ending.cause = errno;
    report(&ending, NULL, &call->error);
}

/* Judges a program that has ended, or is killed for what the call's error says. */
static void judge(struct running *running)
{
    struct slurm_call *call = running->call;
    struct program *program = &running->program;
    char cause[LINE_SIZE];

    program_kill(program);
    if (call->error.party == ERROR_NONE && program->ending.status != 0)
        report(&program->ending, tell_cause(&program->said[1], call->argv[0], cause),
               &call->error);
    else if (call->error.party == ERROR_NONE)
        call->text = said_take(&program->said[0]);
    program_release(program);
    running->is_open = false;
}

/* Takes what the program has said by now. */
static void proceed(struct running *running)
{
    struct slurm_call *call = running->call;
    bool has_ended = program_turn(&running->program);

    if (running->program.said[0].is_cut || running->program.said[1].is_cut)
        error_set(&call->error, ERROR_SITE, "cannot read what %s says", call->argv[0]);
    else if (!has_ended && deadline_passed(&running->deadline))
        error_set(&call->error, ERROR_SITE, "%s did not end within %d s and was killed",
                  call->argv[0], call->milliseconds / 1000);
    if (has_ended || call->error.party != ERROR_NONE)
        judge(running);
}

/* Waits for the first of them to say something, or for the first deadline. */
static void wait_for(const struct running *all, size_t count, struct pollfd *events)
{
    size_t used = 0;
    int left = -1;

    for (size_t i = 0; i < count; i++) {
        int own;

        if (!all[i].is_open)
            continue;
        own = program_pause(&all[i].program, deadline_left(&all[i].deadline));
        program_poll(&all[i].program, &events[used]);
        used += PROGRAM_POLLED;
        if (left < 0 || own < left)
            left = own;
    }
    poll(events, used, left);
}

static bool any_is_open(const struct running *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].is_open)
            return true;
    return false;
}

struct slurm_calls {
    size_t count;
    struct running all[];
};

struct slurm_calls *slurm_command_start(struct slurm_call *calls, size_t count)
{
    struct slurm_calls *started =
        calloc(1, sizeof(*started) + count * sizeof(started->all[0]));

    if (started)
        started->count = count;
    for (size_t i = 0; i < count; i++) {
        if (started)
            start(&started->all[i], &calls[i]);
        else
            error_set(&calls[i].error, ERROR_NODE, "out of memory for Slurm's answer");
    }
    return started;
}

void slurm_command_finish(struct slurm_calls *started)
{
    size_t count = started ? started->count : 0;
    struct pollfd *events = calloc(PROGRAM_POLLED * count + 1, sizeof(*events));

    for (size_t i = 0; !events && i < count; i++)
        if (started->all[i].is_open) {
            error_set(&started->all[i].call->error, ERROR_NODE,
                      "out of memory for Slurm's answer");
            judge(&started->all[i]);
        }
    while (count > 0 && any_is_open(started->all, count)) {
        wait_for(started->all, count, events);
        for (size_t i = 0; i < count; i++)
            if (started->all[i].is_open)
                proceed(&started->all[i]);
    }
    free(events);
    free(started);
}

void slurm_command_abandon(struct slurm_calls *started)
{
    for (size_t i = 0; started && i < started->count; i++)
        if (started->all[i].is_open) {
            program_kill(&started->all[i].program);
            program_release(&started->all[i].program);
        }
    free(started);
}

void slurm_command_run_all(struct slurm_call *calls, size_t count)
{
    slurm_command_finish(slurm_command_start(calls, count));
}

bool slurm_command_is_known(const char *program)
{
    static const char *const known[] = {
        "sacct",   "squeue", "sinfo",   "sacctmgr", "sprio", "scontrol", "sstat",
        "sreport", "sdiag",  "scancel", "sbatch",   "srun",  "mpirun"};

    for (size_t i = 0; program && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i], program) == 0)
            return true;
    return false;
}

char *slurm_command_run_within(const char *const argv[], int milliseconds,
                               struct error *error)
{
    struct slurm_call call = {.argv = argv, .milliseconds = milliseconds};

    slurm_command_run_all(&call, 1);
    if (!call.text)
        error_pass(error, &call.error);
    return call.text;
}

char *slurm_command_run(const char *const argv[], struct error *error)
{
    return slurm_command_run_within(argv, SLURM_COMMAND_MS, error);
}
