/* command_question.c: the questions of a command, and their answers. */
#include "cli/command_question.h"

#include "cli/command_source.h"
#include "cli/command_watch.h"
#include "cli/json_text.h"
#include "cli/lua_json.h"
#include "lib/slurm/slurm_command.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSION "atelier.command_line.session"
#define WORDS_MAX 1024

/* What is given to the session under the question's name. */
struct command_answer {
    const json_t *question;
    const json_t *value;
};

/* What parts the fields of a line. */
static char mark_of(const json_t *question)
{
    const char *mark = json_text(question, "mark");

    return mark ? *mark : '|';
}

/* Pushes the fields of a line; the last one takes the rest of it. */
static void push_row(lua_State *state, const json_t *fields, char mark, const char *line,
                     size_t length)
{
    size_t last = json_array_size(fields), index;
    const json_t *field;

    lua_createtable(state, 0, (int)last);
    json_array_foreach(fields, index, field) {
        const char *end = index + 1 < last ? memchr(line, mark, length) : NULL;
        size_t size = end ? (size_t)(end - line) : length;

        lua_pushlstring(state, line, size);
        lua_setfield(state, -2, json_string_value(field));
        line += end ? size + 1 : size;
        length -= end ? size + 1 : size;
    }
}

/* Pushes the rows of what a program said. They go straight into Lua, since they may be a
 * million. */
static void push_rows(lua_State *state, const json_t *question, const char *line)
{
    lua_Integer count = 0;

    lua_newtable(state);
    for (size_t length; *line; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        if (length == 0)
            continue;
        push_row(state, json_object_get(question, "fields"), mark_of(question), line,
                 length);
        lua_rawseti(state, -2, ++count);
    }
}

static int push_answer(lua_State *state, const void *asked)
{
    const struct command_answer *answer = asked;

    lua_pushstring(state, json_text(answer->question, "name"));
    if (json_object_get(answer->question, "fields"))
        push_rows(state, answer->question, json_string_value(answer->value));
    else
        lua_json_push(state, answer->value);
    return 2;
}

/* Returns whether each line has as many marks as there are gaps between fields. */
static bool is_even(const json_t *question, const char *text)
{
    size_t wanted = json_array_size(json_object_get(question, "fields")), count = 1;
    char mark = mark_of(question);

    for (const char *begin = text; *text; text++) {
        count += *text == mark;
        if (*text != '\n')
            continue;
        if (text > begin && count != wanted)
            return false;
        begin = text + 1;
        count = 1;
    }
    return true;
}

/* Returns the lines that are objects of JSON, among those of others, such as a site's
 * greeting. */
static json_t *objects_of(const char *text)
{
    json_t *objects = json_array();

    for (size_t length; *text; text += length + (text[length] == '\n')) {
        json_t *object;

        length = strcspn(text, "\n");
        object = json_loadb(text, length, 0, NULL);
        if (json_is_object(object))
            json_array_append(objects, object);
        json_decref(object);
    }
    return objects;
}

int command_question_give(struct policy_engine *engine, const json_t *question,
                          json_t *value, struct error *error)
{
    bool is_json = json_is_true(json_object_get(question, "json"));
    const struct command_answer answer = {
        .question = question,
        .value = is_json ? objects_of(json_string_value(value)) : json_incref(value)};
    const struct policy_call call = {
        .module = SESSION, .function = "known", .push = push_answer, .asked = &answer};
    int status;

    if (json_text(question, "mark") && !is_even(question, json_string_value(value)))
        status = error_set(
            error, ERROR_SITE,
            "what %s says cannot be taken apart: a word that a user chose "
            "has a character in it that parts the fields, or a newline",
            json_string_value(json_array_get(json_object_get(question, "argv"), 0)));
    else
        status = policy_engine_ask(engine, NULL, &call, error);
    json_decref((json_t *)answer.value);
    return status;
}

/* Tells that there is no answer, which ends the command unless the question is optional.
 */
static int give_fault(struct policy_engine *engine, const json_t *question,
                      const struct error *fault, struct error *error)
{
    const char *advice = json_text(question, "advice");
    json_t *told, *taken;

    if (!json_is_true(json_object_get(question, "optional")))
        return error_set(error, fault->party, "%s%s%s", fault->text, advice ? "; " : "",
                         advice ? advice : "");
    told = json_pack("{s:O, s:s, s:s}", "name", json_object_get(question, "name"), "text",
                     fault->text, "party", error_party_name(fault->party));
    taken = lua_json_call(engine, SESSION, "fault", told, error);
    json_decref(told);
    json_decref(taken);
    return taken ? 0 : -1;
}

/* Gives the session an answer, which is released, or why there is none; and keeps it in
 * the recording under `key` (NULL: it is not to be kept). */
static int settle(const struct command_context *context, struct policy_engine *engine,
                  const json_t *question, const json_t *key, json_t *answer,
                  const struct error *fault, struct error *error)
{
    int status = key ? slurm_record_keep(context->record, key, answer,
                                         answer ? NULL : fault, error)
                     : 0;

    if (status == 0)
        status = answer ? command_question_give(engine, question, answer, error)
                        : give_fault(engine, question, fault, error);
    json_decref(answer);
    return status;
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

int command_question_milliseconds(const json_t *object)
{
    json_int_t seconds = json_integer_value(json_object_get(object, "seconds"));

    return seconds > 0 && seconds < INT_MAX / 1000 ? (int)seconds * 1000
                                                   : SLURM_COMMAND_MS;
}

/* Appends this very program with its settings, for srun to start on the nodes. */
static int add_itself(json_t *words, const struct settings *settings, struct error *error)
{
    char path[PATH_MAX], word[SETTINGS_WORD_SIZE];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (length <= 0)
        return error_set(error, ERROR_NODE, "cannot find this program's own path");
    json_array_append_new(words, json_stringn(path, (size_t)length));
    for (size_t i = 0; i < settings_count(); i++) {
        settings_word(settings, i, word);
        json_array_append_new(words, json_string("--set"));
        json_array_append_new(words, json_string(word));
    }
    return 0;
}

/* A question of one of Slurm's programs. */
struct program_question {
    json_t *question;
    json_t *key;   /* the words by which a recording knows it */
    json_t *words; /* what is run */
};

static int prepare(struct program_question *asked, json_t *question,
                   const struct settings *settings, struct slurm_call *call,
                   struct error *error)
{
    const json_t *itself = json_object_get(question, "itself");
    int status = 0;

    asked->question = question;
    asked->key = json_copy(json_object_get(question, "argv"));
    asked->words = json_copy(asked->key);
    if (itself) {
        status = add_itself(asked->words, settings, error);
        json_array_extend(asked->words, (json_t *)itself);
        json_array_extend(asked->key, (json_t *)itself);
    }
    call->argv = command_question_argv(asked->words, error);
    call->milliseconds = command_question_milliseconds(question);
    return call->argv ? status : -1;
}

/* Takes one call's answer, or the recorded one. */
static int finish(const struct command_context *context, struct policy_engine *engine,
                  const struct program_question *asked, struct slurm_call *call,
                  struct error *error)
{
    json_t *answer = slurm_record_is_replay(context->record)
                         ? slurm_record_find(context->record, asked->key, &call->error)
                         : (call->text ? json_string_nocheck(call->text) : NULL);

    return settle(context, engine, asked->question, asked->key, answer, &call->error,
                  error);
}

static int ask_source(const struct command_context *context, struct policy_engine *engine,
                      const json_t *question, struct error *error)
{
    const json_t *key = command_source_is_recorded(question) ? question : NULL;
    struct error fault = {.party = ERROR_NONE};
    json_t *answer = key && slurm_record_is_replay(context->record)
                         ? slurm_record_find(context->record, key, &fault)
                         : command_source_ask(context, question, &fault);

    return settle(context, engine, question, key, answer, &fault, error);
}

static bool is_watched(const json_t *question)
{
    return json_is_true(json_object_get(question, "watch"));
}

/* Returns whether a program of the question runs beside those of the others. */
static bool is_program(const json_t *question)
{
    return json_object_get(question, "argv") && !is_watched(question);
}

/* While the programs run, what else is asked is looked up. */
static int answer_all(const struct command_context *context, struct policy_engine *engine,
                      const json_t *questions, struct error *error)
{
    size_t size = json_array_size(questions) + 1, count = 0, index;
    struct program_question *asked = calloc(size, sizeof(*asked));
    struct slurm_call *calls = calloc(size, sizeof(*calls));
    struct slurm_calls *started = NULL;
    int status =
        asked && calls ? 0 : error_set(error, ERROR_NODE, "out of memory for questions");
    json_t *question;

    json_array_foreach(questions, index, question) {
        if (status < 0 || !is_program(question))
            continue;
        status =
            prepare(&asked[count], question, context->settings, &calls[count], error);
        count++;
    }
    if (status == 0 && !slurm_record_is_replay(context->record))
        started = slurm_command_start(calls, count);
    json_array_foreach(questions, index, question) {
        if (status == 0 && !is_program(question))
            status = is_watched(question)
                         ? command_watch(context, engine, question, error)
                         : ask_source(context, engine, question, error);
    }
    slurm_command_finish(started);
    for (size_t i = 0; i < count; i++) {
        if (status == 0)
            status = finish(context, engine, &asked[i], &calls[i], error);
        free(calls[i].text);
        free((void *)calls[i].argv);
        json_decref(asked[i].key);
        json_decref(asked[i].words);
    }
    free(calls);
    free(asked);
    return status;
}

/* The answer of the one that is asked ahead. */
static int take_ahead(const struct command_context *context, struct policy_engine *engine,
                      struct command_ahead *ahead, struct slurm_call *call,
                      struct error *error)
{
    const struct program_question asked = {
        .question = ahead->question, .key = json_object_get(ahead->question, "argv")};
    int status = finish(context, engine, &asked, call, error);

    command_ahead_end(ahead);
    return status;
}

int command_questions_answer(const struct command_context *context,
                             struct policy_engine *engine, struct command_ahead *ahead,
                             const json_t *questions, struct error *error)
{
    json_t *others = json_array(), *question;
    struct slurm_call *call = NULL;
    size_t index;
    int status = 0;

    json_array_foreach(questions, index, question) {
        if (!json_is_true(json_object_get(question, "ahead")))
            json_array_append(others, question);
        else if (status == 0 && !slurm_record_is_replay(context->record))
            status = command_ahead_begin(ahead, question, error);
    }
    if (status == 0 && json_array_size(others) == 0)
        call = command_ahead_wait(ahead);
    if (call)
        status = take_ahead(context, engine, ahead, call, error);
    else if (status == 0)
        status = answer_all(context, engine,
                            json_array_size(others) > 0 ? others : questions, error);
    json_decref(others);
    return status;
}
