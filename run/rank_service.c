/* rank_service.c: starts a framework's server beside a rank, and ends it. */
#include "run/rank_service.h"

#include "lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define READY_MS 30000

static int explain_end(struct program *program, struct error *error)
{
    struct deadline soon = deadline_after(PROCESS_END_MS);
    char how[ENDING_TEXT_SIZE];

    if (program_wait(program, &soon) < 0)
        return error_set(error, ERROR_USER,
                         "the framework's server, $" SERVICE_VARIABLE
                         ", closed its output before it was ready");
    return error_set(
        error, ERROR_USER, "before it was ready, %s",
        ending_describe(&program->ending, "what it said is above", how, sizeof(how)));
}

static int wait_ready(struct program *program, int output, struct error *error)
{
    struct deadline deadline = deadline_after(READY_MS);
    struct pollfd polled = {.fd = output, .events = POLLIN};
    char byte;

    while (poll(&polled, 1, deadline_left(&deadline)) < 1)
        if (deadline_passed(&deadline))
            return error_set(error, ERROR_USER,
                             "the framework's server, $" SERVICE_VARIABLE
                             ", was not ready within %d s",
                             READY_MS / 1000);
    if (read(output, &byte, 1) == 1)
        return 0;
    return explain_end(program, error);
}

/* The pipe stays open, since a server that writes more must not die of it. */
pid_t rank_service_start(const char *command, const char *name, struct error *error)
{
    char *words[] = {(char *)"/bin/sh", (char *)"-c", (char *)command, (char *)name,
                     NULL};
    struct program_way way = {.words = words,
                              .environment = environ,
                              .process = {.rules = PROCESS_GROUP | PROCESS_BOUND}};
    struct program program;
    int ends[2], status;
    pid_t process;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot make a pipe: %s", strerror(errno));
    way.process.output = ends[1];
    status = program_start(&program, &way);
    process = program.process;
    close(ends[1]);
    if (status < 0)
        return error_set(error, ERROR_NODE, "cannot start the framework's server: %s",
                         strerror(errno));
    program.ending.program = "the framework's server, $" SERVICE_VARIABLE ",";
    status = wait_ready(&program, ends[0], error);
    if (status < 0) {
        kill(-process, SIGKILL); /* with what a server that has ended left running */
        program_kill(&program);
    }
    program_release(&program);
    return status < 0 ? -1 : process;
}
