/* command_question.c: the questions of a command, and their answers. */
#include "cli/command_question.h"

#include "cli/command_source.h"
#include "cli/command_watch.h"
#include "cli/lua_json.h"
#include "lib/slurm/slurm_command.h"

#include <stdlib.h>
#include <string.h>

#define SESSION "atelier.command_line.session"
#define WORDS_MAX 1024

/* What a program said, as a text or as rows. */
struct command_answer {
    const char *text;
    const json_t *fields; /* NULL for a text */
    char mark;            /* between the fields */
};

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The last field takes the rest of the line. */
static void push_row(lua_State *state, const struct command_answer *answer,
                     const char *line, size_t length)
{
    size_t last = json_array_size(answer->fields), index;
    const json_t *field;

    lua_createtable(state, 0, (int)last);
    json_array_foreach(answer->fields, index, field) {
        const char *end = index + 1 < last ? memchr(line, answer->mark, length) : NULL;
        size_t size = end ? (size_t)(end - line) : length;

        lua_pushlstring(state, line, size);
        lua_setfield(state, -2, json_string_value(field));
        line += end ? size + 1 : size;
        length -= end ? size + 1 : size;
    }
}

static void push_answer(lua_State *state, const void *data)
{
    const struct command_answer *answer = data;
    const char *line = answer->text;
    lua_Integer count = 0;

    if (!answer->fields) {
        lua_pushstring(state, line);
        return;
    }
    lua_newtable(state);
    for (size_t length; *line; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        if (length == 0)
            continue;
        push_row(state, answer, line, length);
        lua_rawseti(state, -2, ++count);
    }
}

static void push_json(lua_State *state, const void *data)
{
    lua_json_push(state, data);
}

/* Whether each line has as many marks as there are gaps between fields. */
static bool is_even(const struct command_answer *answer)
{
    size_t wanted = json_array_size(answer->fields), count = 1;

    for (const char *text = answer->text, *begin = text; *text; text++) {
        count += *text == answer->mark;
        if (*text != '\n')
            continue;
        if (text > begin && count != wanted)
            return false;
        begin = text + 1;
        count = 1;
    }
    return true;
}

static int give(struct policy_host *host, const json_t *question, policy_host_push *push,
                const void *value, struct error *error)
{
    return policy_host_give(host, SESSION, "known", text_at(question, "name"), push,
                            value, error);
}

static int give_text(struct policy_host *host, const json_t *question, const char *text,
                     struct error *error)
{
    const char *mark = text_at(question, "mark");
    const struct command_answer answer = {.text = text,
                                          .fields = json_object_get(question, "fields"),
                                          .mark = mark ? *mark : '|'};

    if (mark && answer.fields && !is_even(&answer))
        return error_set(
            error, ERROR_SITE,
            "what %s says cannot be taken apart: a word that a user chose "
            "has a character in it that parts the fields, or a newline",
            json_string_value(json_array_get(json_object_get(question, "argv"), 0)));
    return give(host, question, push_answer, &answer, error);
}

/* That there is no answer ends the command, or is an answer, too. */
static int give_fault(struct policy_host *host, const json_t *question,
                      const struct error *fault, struct error *error)
{
    const char *advice = text_at(question, "advice");
    json_t *told, *results;

    if (!json_is_true(json_object_get(question, "optional")))
        return error_set(error, fault->party, "%s%s%s", fault->text, advice ? "; " : "",
                         advice ? advice : "");
    told = json_pack("{s:O, s:s, s:s}", "name", json_object_get(question, "name"), "text",
                     fault->text, "party", error_party_name(fault->party));
    results = policy_host_call(host, SESSION, "fault", told, error);
    json_decref(told);
    json_decref(results);
    return results ? 0 : -1;
}

const char **command_question_argv(const json_t *words, struct error *error)
{
    size_t count = json_array_size(words), index;
    const char *program = json_string_value(json_array_get(words, 0));
    const char **argv = NULL;
    const json_t *word;

    if (slurm_command_is_known(program) && count < WORDS_MAX)
        argv = calloc(count + 1, sizeof(*argv));
    json_array_foreach(words, index, word) {
        if (argv)
            argv[index] = json_string_value(word);
    }
    if (!argv)
        error_set(error, ERROR_SITE, "`%s` is none of Slurm's programs",
                  program ? program : "");
    return argv;
}

/* One call's answer, live or kept; the call's text and argv are released. */
static int finish(const struct command_context *context, struct policy_host *host,
                  const json_t *question, struct slurm_call *call, struct error *error)
{
    const json_t *argv = json_object_get(question, "argv");
    json_t *answer = call->text ? json_string_nocheck(call->text) : NULL;
    int status;

    if (slurm_record_is_replay(context->record)) {
        json_decref(answer);
        answer = slurm_record_find(context->record, argv, &call->error);
    }
    status = slurm_record_keep(context->record, argv, answer,
                               answer ? NULL : &call->error, error);
    if (status == 0)
        status = answer ? give_text(host, question, json_string_value(answer), error)
                        : give_fault(host, question, &call->error, error);
    json_decref(answer);
    free(call->text);
    free((void *)call->argv);
    return status;
}

static int ask_source(const struct command_context *context, struct policy_host *host,
                      const json_t *question, struct error *error)
{
    bool is_recorded = command_source_is_recorded(question);
    struct error fault = {.party = ERROR_NONE};
    json_t *answer = is_recorded && slurm_record_is_replay(context->record)
                         ? slurm_record_find(context->record, question, &fault)
                         : command_source_ask(context, question, &fault);
    int status = is_recorded ? slurm_record_keep(context->record, question, answer,
                                                 answer ? NULL : &fault, error)
                             : 0;

    if (status == 0)
        status = answer ? give(host, question, push_json, answer, error)
                        : give_fault(host, question, &fault, error);
    json_decref(answer);
    return status;
}

static bool is_watched(const json_t *question)
{
    return json_is_true(json_object_get(question, "watch"));
}

/* Asks those that are no programs', and has those heard that are watched. */
static int ask_sources(const struct command_context *context, struct policy_host *host,
                       const json_t *questions, struct error *error)
{
    const json_t *question;
    size_t index;

    json_array_foreach(questions, index, question) {
        if (is_watched(question)) {
            if (command_watch(context, host, question, error) < 0)
                return -1;
        } else if (!json_object_get(question, "argv") &&
                   ask_source(context, host, question, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Fills in what the programs of `questions` are to be called with. */
static int prepare(struct slurm_call *calls, const json_t *questions, struct error *error)
{
    const json_t *question;
    size_t index;
    int status = 0;

    json_array_foreach(questions, index, question) {
        json_int_t seconds = json_integer_value(json_object_get(question, "seconds"));

        calls[index].argv =
            command_question_argv(json_object_get(question, "argv"), error);
        calls[index].milliseconds = seconds > 0 ? (int)seconds * 1000 : SLURM_COMMAND_MS;
        if (!calls[index].argv)
            status = -1;
    }
    return status;
}

static json_t *programs_of(const json_t *questions)
{
    json_t *programs = json_array(), *question;
    size_t index;

    json_array_foreach(questions, index, question) {
        if (json_object_get(question, "argv") && !is_watched(question))
            json_array_append(programs, question);
    }
    return programs;
}

/* While the programs run, what else is asked is looked up. */
int command_questions_answer(const struct command_context *context,
                             struct policy_host *host, const json_t *questions,
                             struct error *error)
{
    json_t *programs = programs_of(questions);
    size_t count = json_array_size(programs);
    struct slurm_call *calls = calloc(count + 1, sizeof(*calls));
    struct slurm_calls *started = NULL;
    int status = calls ? prepare(calls, programs, error)
                       : error_set(error, ERROR_NODE, "out of memory for questions");

    if (status == 0 && !slurm_record_is_replay(context->record))
        started = slurm_command_start(calls, count);
    if (status == 0)
        status = ask_sources(context, host, questions, error);
    slurm_command_finish(started);
    for (size_t i = 0; calls && i < count; i++) {
        if (status == 0) {
            status = finish(context, host, json_array_get(programs, i), &calls[i], error);
        } else {
            free(calls[i].text);
            free((void *)calls[i].argv);
        }
    }
    free(calls);
    json_decref(programs);
    return status;
}
