/* program.c: starts another program, hears it, waits for it and ends it. */
#include "lib/program.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 10 /* where no descriptor tells of the end */

/* Makes the pipes: the program's ends are to be its descriptors. */
static int open_streams(struct program *program, const struct program_way *way,
                        struct process_way *process)
{
    int *places[] = {&process->output, &process->errors};

    for (int i = 0; i < 2; i++) {
        if (way->most[i] == 0)
            continue;
        *places[i] = said_open(&program->said[i], way->most[i]);
        if (*places[i] < 0)
            return -1;
    }
    if (way->is_one_stream)
        process->errors = process->output;
    return 0;
}

static void close_ends(const struct program_way *way, const struct process_way *process)
{
    if (way->most[0] > 0 && process->output >= 0)
        close(process->output);
    if (way->most[1] > 0 && process->errors >= 0)
        close(process->errors);
}

static void run(const struct program *program, const struct program_way *way)
{
    if (way->prepare)
        way->prepare(way->data);
    ending_exec(&program->ending, way->words, way->environment);
}

/* Opens what tells of the program's end, unless it is open. */
static void watch(struct program *program)
{
    if (program->process <= 0 || program->watch > 0)
        return;
    program->watch = pidfd_open(program->process, 0);
    if (program->watch < 0)
        program->watch = 0;
}

int program_start(struct program *program, const struct program_way *way)
{
    struct process_way process = way->process;
    int cause;

    *program = (struct program){.leads_group = process.rules & PROCESS_GROUP};
    ending_begin(&program->ending, way->words[0]);
    ending_share(&program->ending);
    program->process =
        open_streams(program, way, &process) < 0 ? -1 : process_start(&process);
    if (program->process == 0)
        run(program, way);
    cause = errno;
    close_ends(way, &process);
    if (program->process < 0) {
        program->process = 0;
        program_release(program);
        errno = cause;
        return -1;
    }
    watch(program);
    return 0;
}

void program_poll(const struct program *program, struct pollfd polled[PROGRAM_POLLED])
{
    const int fds[] = {program->watch, program->said[0].fd, program->said[1].fd};

    for (int i = 0; i < PROGRAM_POLLED; i++)
        polled[i] = (struct pollfd){.fd = fds[i] > 0 ? fds[i] : -1, .events = POLLIN};
}

int program_pause(const struct program *program, int milliseconds)
{
    return program->process > 0 && program->watch == 0 && milliseconds > LOOK_AGAIN_MS
               ? LOOK_AGAIN_MS
               : milliseconds;
}

/* What the program said before its end is in the pipes by then. */
bool program_turn(struct program *program)
{
    bool has_ended =
        program->process > 0 &&
        waitpid(program->process, &program->ending.status, WNOHANG) == program->process;

    for (int i = 0; i < 2; i++) {
        said_hear(&program->said[i]);
        if (has_ended)
            said_close(&program->said[i]);
    }
    if (has_ended)
        program->process = 0;
    return program->process == 0;
}

int program_wait(struct program *program, const struct deadline *deadline)
{
    struct pollfd polled[PROGRAM_POLLED];

    watch(program); /* which program_release may have closed, of a program that goes on */
    while (!program_turn(program)) {
        if (deadline_passed(deadline))
            return -1;
        program_poll(program, polled);
        poll(polled, PROGRAM_POLLED, program_pause(program, deadline_left(deadline)));
    }
    return 0;
}

void program_kill(struct program *program)
{
    if (program->process > 0 && program->leads_group)
        process_kill_group(program->process);
    else if (program->process > 0)
        process_kill(program->process);
    program->process = 0;
}

void program_release(struct program *program)
{
    for (int i = 0; i < 2; i++)
        said_release(&program->said[i]);
    if (program->watch > 0)
        close(program->watch);
    program->watch = 0;
    ending_release(&program->ending);
}

void program_leave(struct program *program)
{
    struct deadline soon = deadline_after(PROCESS_END_MS);

    for (int i = 0; i < 2; i++)
        said_close(&program->said[i]);
    if (program_wait(program, &soon) < 0)
        program_kill(program);
    program_release(program);
}

static int judge(const struct ending *ending, const char *text, struct error *error)
{
    char why[ENDING_TEXT_SIZE];

    if (WIFEXITED(ending->status) && !ending_was_not_run(ending, text))
        return WEXITSTATUS(ending->status);
    return error_set(error, ERROR_NODE, "%s",
                     ending_describe(ending, text, why, sizeof(why)));
}

static void copy_said(char *text, size_t size, const struct said *said)
{
    size_t length = strlen(said_text(said));

    while (length > 0 && said->text[length - 1] == '\n')
        length--;
    snprintf(text, size, "%.*s", (int)length, said_text(said));
}

int program_run_with(char *const words[], char *const more[], int milliseconds,
                     char *text, size_t size, struct error *error)
{
    char configuration[PATH_MAX + sizeof("SLURM_CONF=")];
    char *environment[PROGRAM_MORE_MAX + 2];
    const struct program_way way = {
        .words = words,
        .environment = environment,
        .process = {.input = PROCESS_NULL, .rules = PROCESS_ALONE | PROCESS_GROUP},
        .most = {size - 1},
        .is_one_stream = true};
    struct deadline deadline = deadline_after(milliseconds);
    struct program program;
    size_t count = 0;
    int status;

    text[0] = '\0';
    if (getenv("SLURM_CONF")) {
        snprintf(configuration, sizeof(configuration), "SLURM_CONF=%s",
                 getenv("SLURM_CONF"));
        environment[count++] = configuration;
    }
    while (more && *more && count <= PROGRAM_MORE_MAX)
        environment[count++] = *more++;
    environment[count] = NULL;
    if (program_start(&program, &way) < 0)
        return error_set(error, ERROR_NODE, "cannot start %s: %s", words[0],
                         strerror(errno));
    status = program_wait(&program, &deadline);
    copy_said(text, size, &program.said[0]);
    if (status == 0)
        status = judge(&program.ending, text, error);
    else
        error_set(error, ERROR_NODE, "%s did not end within %d ms and was killed",
                  words[0], milliseconds);
    program_kill(&program);
    program_release(&program);
    return status;
}

int program_run(char *const words[], int milliseconds, char *text, size_t size,
                struct error *error)
{
    return program_run_with(words, NULL, milliseconds, text, size, error);
}
