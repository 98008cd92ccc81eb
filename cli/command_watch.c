/* command_watch.c: a program of Slurm's whose words a command reads while it runs. */
#include "cli/command_watch.h"

#include "cli/command_question.h"
#include "cli/lua_json.h"
#include "lib/program.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SESSION "atelier.command_line.session"
#define TURN_MS 250 /* the command hears at least so often */
#define END_MS 5000 /* for the program, after SIGTERM */
#define SAID_SIZE 1024
#define HEARD_SIZE 65536 /* in one turn */

/* Returns 1 when the command has heard enough, -1 with `error` filled. */
static int tell(struct policy_engine *engine, const json_t *event, struct error *error)
{
    json_t *is_enough = lua_json_call(engine, SESSION, "heard", event, error);
    int status = is_enough ? json_is_true(is_enough) : -1;

    json_decref(is_enough);
    return status;
}

/* Hands what the program said since the last time to the command, and adds it to `heard`.
 * Returns as tell does. */
static int hear(struct policy_engine *engine, struct said *said, json_t *heard,
                struct error *error)
{
    json_t *event = json_pack("{s:o, s:I}", "text",
                              json_stringn_nocheck(said_text(said), said->length),
                              "clock", (json_int_t)clock_milliseconds());

    said_forget(said);
    json_array_append_new(heard, event);
    return tell(engine, event, error);
}

/* Until the program has ended, or the command has heard enough. Returns 0, 1 or -1. */
static int listen_to(struct program *program, struct policy_engine *engine, json_t *heard,
                     struct error *error)
{
    bool has_ended = false;
    int status = 0;

    while (status == 0 && !has_ended) {
        struct pollfd polled[PROGRAM_POLLED];

        program_poll(program, polled);
        poll(polled, PROGRAM_POLLED, program_pause(program, TURN_MS));
        has_ended = program_turn(program);
        status = hear(engine, &program->said[0], heard, error);
    }
    return status < 0 ? -1 : !has_ended;
}

/* srun ends its step at SIGTERM. The number of a program that has ended by itself is 0,
 * by which kill(2) means our own group. */
static void stop(struct program *program)
{
    struct deadline soon = deadline_after(END_MS);

    if (program->process > 0)
        kill(program->process, SIGTERM);
    if (program_wait(program, &soon) < 0)
        program_kill(program);
}

static json_t *answer_of(const struct program *program, bool has_ended)
{
    char text[ENDING_TEXT_SIZE];
    json_t *answer = json_pack("{s:b, s:o}", "ended", has_ended, "said",
                               json_string_nocheck(said_text(&program->said[1])));

    if (ending_was_not_run(&program->ending, NULL))
        json_object_set_new(
            answer, "fault",
            json_string(ending_describe(&program->ending, NULL, text, sizeof(text))));
    return answer;
}

/* Runs it to its end. Returns { heard, answer }, which the caller owns; or NULL with
 * `error` filled. */
static json_t *run(struct policy_engine *engine, const char **argv, struct error *error)
{
    const struct program_way way = {
        .words = (char *const *)argv,
        .process = {.input = PROCESS_NULL, .rules = PROCESS_GROUP},
        .most = {HEARD_SIZE, SAID_SIZE}};
    json_t *heard = json_array(), *kept = NULL;
    struct program program;
    int status;

    if (program_start(&program, &way) < 0) {
        error_set(error, ERROR_NODE, "cannot start %s: %s", argv[0], strerror(errno));
    } else {
        status = listen_to(&program, engine, heard, error);
        if (status != 0)
            stop(&program);
        if (status >= 0)
            kept = json_pack("{s:O, s:o}", "heard", heard, "answer",
                             answer_of(&program, status == 0));
        program_release(&program);
    }
    json_decref(heard);
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
