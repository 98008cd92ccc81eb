/* command_watch.c: a program of Slurm's whose words a command reads while it runs. */
#include "cli/command_watch.h"

#include "cli/command_question.h"
#include "cli/lua_json.h"
#include "lib/deadline.h"
#include "lib/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SESSION "atelier.command_line.session"
#define TURN_MS 250 /* the command hears at least so often */
#define END_MS 5000 /* for the program, after SIGTERM */
#define SAID_SIZE 1024
#define CHUNK 4096

struct watched_program {
    struct policy_engine *engine;
    json_t *heard; /* all that the command was told */
    pid_t child;
    int output, said; /* a pipe; a file of what it writes to its stderr */
    struct ending ending;
    bool has_ended; /* its output */
};

/* Returns 1 when the command has heard enough, -1 with `error` filled. */
static int tell(struct policy_engine *engine, const json_t *event, struct error *error)
{
    json_t *is_enough = lua_json_call(engine, SESSION, "heard", event, error);
    int status = is_enough ? json_is_true(is_enough) : -1;

    json_decref(is_enough);
    return status;
}

/* Waits for its next words, but no longer than a turn. Returns as tell does. */
static int listen_once(struct watched_program *watch, struct error *error)
{
    struct pollfd ready = {.fd = watch->output, .events = POLLIN};
    char text[CHUNK];
    ssize_t count = 0;
    json_t *event;

    if (poll(&ready, 1, TURN_MS) == 1) {
        count = read(watch->output, text, sizeof(text));
        watch->has_ended = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
    }
    event = json_pack("{s:o, s:I}", "text",
                      json_stringn_nocheck(text, count > 0 ? (size_t)count : 0), "clock",
                      (json_int_t)clock_milliseconds());
    json_array_append_new(watch->heard, event);
    return tell(watch->engine, event, error);
}

static int start(struct watched_program *watch, const char **argv, struct error *error)
{
    int ends[2];

    watch->said = memfd_create(argv[0], MFD_CLOEXEC);
    if (watch->said < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot start %s: %s", argv[0],
                         strerror(errno));
    watch->output = ends[0];
    ending_begin(&watch->ending, argv[0]);
    ending_share(&watch->ending);
    watch->child = fork();
    if (watch->child == 0) {
        setpgid(0, 0);
        dup2(ends[1], STDOUT_FILENO);
        dup2(watch->said, STDERR_FILENO);
        ending_exec(&watch->ending, (char *const *)argv, NULL);
    }
    close(ends[1]);
    return watch->child < 0 ? error_set(error, ERROR_NODE, "cannot start %s: %s", argv[0],
                                        strerror(errno))
                            : 0;
}

/* srun ends its step on the first SIGTERM. */
static void stop(struct watched_program *watch)
{
    struct deadline soon = deadline_after(END_MS);
    pid_t ended = 0;

    kill(watch->child, SIGTERM);
    while ((ended = waitpid(watch->child, &watch->ending.status, WNOHANG)) == 0 &&
           !deadline_passed(&soon))
        poll(NULL, 0, 50);
    if (ended == 0) {
        kill(-watch->child, SIGKILL);
        waitpid(watch->child, &watch->ending.status, 0);
    }
}

static json_t *answer_of(const struct watched_program *watch)
{
    char text[SAID_SIZE];
    ssize_t length = pread(watch->said, text, sizeof(text), 0);
    json_t *answer =
        json_pack("{s:b, s:o}", "ended", watch->has_ended, "said",
                  json_stringn_nocheck(text, length > 0 ? (size_t)length : 0));

    if (ending_was_not_run(&watch->ending, NULL))
        json_object_set_new(
            answer, "fault",
            json_string(ending_describe(&watch->ending, NULL, text, sizeof(text))));
    return answer;
}

/* Runs it to its end. Returns { heard, answer }, which the caller owns; or NULL with
 * `error` filled. */
static json_t *run(struct policy_engine *engine, const char **argv, struct error *error)
{
    struct watched_program watch = {
        .engine = engine, .heard = json_array(), .output = -1, .said = -1};
    json_t *kept = NULL;

    if (start(&watch, argv, error) == 0) {
        int status = 0;

        while (status == 0 && !watch.has_ended)
            status = listen_once(&watch, error);
        stop(&watch);
        if (status >= 0)
            kept = json_pack("{s:O, s:o}", "heard", watch.heard, "answer",
                             answer_of(&watch));
    }
    if (watch.output >= 0)
        close(watch.output);
    if (watch.said >= 0)
        close(watch.said);
    ending_release(&watch.ending);
    json_decref(watch.heard);
    return kept;
}

static json_t *replay(const struct command_context *context, struct policy_engine *engine,
                      const json_t *question, struct error *error)
{
    json_t *kept = slurm_record_find(context->record, question, error);
    const json_t *event;
    size_t index;
    int status = 0;

    json_array_foreach(json_object_get(kept, "heard"), index, event) {
        if (status == 0)
            status = tell(engine, event, error);
    }
    if (status >= 0)
        return kept;
    json_decref(kept);
    return NULL;
}

int command_watch(const struct command_context *context, struct policy_engine *engine,
                  const json_t *question, struct error *error)
{
    const char **argv = command_question_argv(json_object_get(question, "argv"), error);
    json_t *kept = NULL;
    int status = -1;

    if (argv && slurm_record_is_replay(context->record))
        kept = replay(context, engine, question, error);
    else if (argv)
        kept = run(engine, argv, error);
    if (kept)
        status = slurm_record_keep(context->record, question, kept, NULL, error);
    if (status == 0)
        status = command_question_give(engine, question, json_object_get(kept, "answer"),
                                       error);
    json_decref(kept);
    free((void *)argv);
    return status;
}
