/* command_host.c: the host of the commands that are Lua modules. */
#include "cli/command_host.h"

#include "cli/command.h"
#include "cli/command_change.h"
#include "cli/command_modules.h"
#include "cli/command_question.h"
#include "cli/json_text.h"
#include "cli/lua_json.h"
#include "cli/output.h"
#include "cli/user.h"
#include "cli/view.h"
#include "lib/policy/policy_engine.h"
#include "lib/policy/policy_text.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SESSION "atelier.command_line.session"
#define ROUNDS_MAX 48 /* of questions, each with the answers of those before */
#define HOST_SIZE 256

/* One run of a command. */
struct command_session {
    const struct command_context *context;
    json_t *words;
    struct policy_engine *engine;
    bool is_trusted; /* the engine's files are root's */
    struct policy_text policy;
    json_t *opened;   /* what session.open returned */
    const char *name; /* "atelier policy check" */
};

static int open_session(struct command_session *run, struct error *error)
{
    json_t *given = json_pack("{s:O, s:b, s:o}", "words", run->words, "completes",
                              run->context->completes, "nouns",
                              command_modules(run->context->settings->lua));

    json_decref(run->opened);
    run->opened = lua_json_call(run->engine, SESSION, "open", given, error);
    run->name = json_text(run->opened, "name");
    json_decref(given);
    return run->opened ? 0 : -1;
}

/* Begins with an engine whose files are root's, or with any. */
static int open_engine(struct command_session *run, bool trusted, struct error *error)
{
    policy_engine_destroy(run->engine);
    run->is_trusted = trusted;
    run->engine = policy_engine_create(run->context->settings->lua, trusted,
                                       &policy_engine_command_limits, error);
    return run->engine ? open_session(run, error) : -1;
}

/* Whether the policy in force is there, but not for this user to read. */
static bool is_hidden(const struct settings *settings)
{
    return access(settings->policy, R_OK) < 0 && errno == EACCES;
}

/* Reads and loads the policy in force, or a draft. That it has problems is no failure. */
static int read_any(struct command_session *run, const char *path, const char *draft,
                    struct error *error)
{
    policy_text_release(&run->policy);
    run->policy.is_draft = draft != NULL;
    if (policy_text_read(&run->policy, draft ? draft : path, error) < 0)
        return -1;
    return policy_engine_ask(run->engine, &run->policy, NULL, error);
}

/* The same of one that must have no problems. */
static int read_good(struct command_session *run, const char *path, const char *draft,
                     struct error *error)
{
    const char *problem;

    if (read_any(run, path, draft, error) < 0)
        return -1;
    problem = *policy_engine_problems(run->engine);
    return problem
               ? error_set(error, ERROR_SITE,
                           "%s; `atelier policy check` says all that is wrong", problem)
               : 0;
}

/* The policy that decides; when its file is broken, which `broken` then says, this
 * machine's copy of the one before, by which slurmctld goes. */
static int read_last(struct command_session *run, const char *draft, struct error *broken,
                     struct error *error)
{
    struct settings last = *run->context->settings;

    if (read_good(run, last.policy, draft, broken) == 0)
        return 0;
    settings_use_last_policy(&last);
    if (!draft && read_good(run, last.policy, NULL, &(struct error){ERROR_NONE}) == 0)
        return 0;
    if (!draft)
        fprintf(stderr,
                "The policy in force is older than its file, and no copy of it can "
                "be read here.\n");
    return error_pass(error, broken);
}

static int read_policy(struct command_session *run, const char *wanted, const char *draft,
                       struct error *broken, struct error *error)
{
    const char *path = run->context->settings->policy;

    if (!draft && is_hidden(run->context->settings))
        return error_set(error, ERROR_SITE,
                         "the site keeps its policy, %s, from its users: ask your "
                         "administrator, or do this as root",
                         path);
    if (strcmp(wanted, "any") == 0)
        return read_any(run, path, draft, error);
    return strcmp(wanted, "last") == 0 ? read_last(run, draft, broken, error)
                                       : read_good(run, path, draft, error);
}

/* The paths of the policy in force; none of a draft. */
static json_t *files_of(const struct policy_text *policy)
{
    char path[POLICY_TEXT_PATH_SIZE];
    json_t *files = json_array();

    for (size_t i = 0; !policy->is_draft && i < policy->count; i++) {
        policy_text_path(policy, policy->files[i].name, path);
        json_array_append_new(files, json_string(path));
    }
    return files;
}

static json_t *problems_of(const struct policy_engine *engine)
{
    json_t *problems = json_array();

    for (const char *const *one = policy_engine_problems(engine); *one; one++)
        json_array_append_new(problems, json_string(*one));
    return problems;
}

/* Gives the session what it is to know of the policy, which is released. */
static int tell(struct command_session *run, json_t *policy, struct error *error)
{
    json_t *told = lua_json_call(run->engine, SESSION, "policy", policy, error);

    json_decref(policy);
    json_decref(told);
    return told ? 0 : -1;
}

static int tell_policy(struct command_session *run, const char *broken,
                       struct error *error)
{
    return tell(run,
                json_pack("{s:s, s:o, s:o, s:s*}", "path", run->policy.path, "files",
                          files_of(&run->policy), "problems", problems_of(run->engine),
                          "broken", broken),
                error);
}

/* Reads the policy in force; when that fails the command goes on, and knows why. */
static int try_policy(struct command_session *run, struct error *error)
{
    struct error fault = {.party = ERROR_NONE};
    bool is_trusted = run->is_trusted || open_engine(run, true, &fault) == 0;

    if (is_trusted && read_policy(run, "any", NULL, NULL, &fault) == 0)
        return tell_policy(run, NULL, error);
    if (!is_trusted && open_engine(run, false, error) < 0)
        return -1;
    return tell(run,
                json_pack("{s:s, s:[], s:[], s:s, s:b}", "path",
                          run->context->settings->policy, "files", "problems", "fault",
                          fault.text, "is_strange", !is_trusted),
                error);
}

/* Loads the policy that the command is about, if any, where its modules are already:
 * those of the one in force must be root's, too. */
static int open_policy(struct command_session *run, struct error *error)
{
    const char *wanted = json_text(run->opened, "policy");
    const char *draft = json_text(run->opened, "draft");
    struct error broken = {.party = ERROR_NONE};

    if (!wanted)
        return 0;
    if (strcmp(wanted, "tried") == 0)
        return try_policy(run, error);
    if (!draft && !run->is_trusted && open_engine(run, true, error) < 0)
        return -1;
    if (read_policy(run, wanted, draft, &broken, error) < 0)
        return -1;
    return tell_policy(run, broken.party != ERROR_NONE ? broken.text : NULL, error);
}

/* The job that surrounds the command, or null. */
static json_t *job_here(void)
{
    const char *id = getenv("SLURM_JOB_ID");

    return id ? json_pack("{s:s, s:s*, s:s*}", "id", id, "nodes",
                          getenv("SLURM_JOB_NODELIST"), "step", getenv("SLURM_STEP_ID"))
              : json_null();
}

static int tell_here(struct command_session *run, struct error *error)
{
    const struct passwd *user = getpwuid(getuid());
    char node[HOST_SIZE] = "", name[HOST_SIZE] = "";
    json_t *here, *told;

    gethostname(node, sizeof(node) - 1);
    snprintf(name, sizeof(name), "%s", user ? user->pw_name : "");
    here = json_pack("{s:i, s:b, s:I, s:s, s:b, s:o}", "uid", (int)getuid(), "is_root",
                     geteuid() == 0, "clock", (json_int_t)time(NULL), "node", node,
                     "terminal", isatty(STDOUT_FILENO), "job", job_here());
    if (*name)
        json_object_set_new(here, "user", json_string(name));
    if (*name && json_is_true(json_object_get(run->opened, "groups")))
        json_object_set_new(here, "groups", user_groups(name));
    told = lua_json_call(run->engine, SESSION, "here", here, error);
    json_decref(here);
    json_decref(told);
    return told ? 0 : -1;
}

/* Until no question is open. */
static int ask_with(struct command_session *run, struct command_ahead *ahead,
                    struct error *error)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        json_t *questions = lua_json_call(run->engine, SESSION, "ask", NULL, error);
        size_t count = json_array_size(questions);
        int status = !questions  ? -1
                     : count > 0 ? command_questions_answer(run->context, run->engine,
                                                            ahead, questions, error)
                                 : 0;

        json_decref(questions);
        if (status < 0 || count == 0)
            return status;
    }
    return error_set(error, ERROR_SITE, "%s asks without end", run->name);
}

static int ask(struct command_session *run, struct error *error)
{
    struct command_ahead ahead = {.question = NULL};
    int status = ask_with(run, &ahead, error);

    command_ahead_end(&ahead);
    return status;
}

static void print(const struct command_session *run, const json_t *answer)
{
    const json_t *view = json_object_get(answer, "view"), *fault, *aside;
    const json_t *output = json_object_get(answer, "output");
    size_t index;

    if (!json_is_true(json_object_get(run->opened, "json"))) {
        view_print(view, output);
    } else if (output) {
        json_t *objects = view_objects(view, output);

        output_json(objects);
        json_decref(objects);
    } else if (json_object_get(answer, "data")) {
        output_json(json_object_get(answer, "data"));
    } else {
        view_print(view, NULL);
    }
    fflush(stdout);
    json_array_foreach(json_object_get(answer, "faults"), index, fault) {
        char *text = output_safe(json_string_value(fault));

        fprintf(stderr, "%s: %s\n", run->name, text ? text : "");
        free(text);
    }
    json_array_foreach(json_object_get(answer, "asides"), index, aside)
        fprintf(stderr, "%s\n", json_string_value(aside));
}

static int status_of(const json_t *answer)
{
    const json_t *good = json_object_get(answer, "good");

    return json_is_true(good)    ? COMMAND_GOOD
           : json_is_false(good) ? COMMAND_PROBLEM
                                 : COMMAND_USAGE;
}

/* Asks, answers and prints. Returns the exit status; or -1 with `error` filled. */
static int answer(struct command_session *run, struct error *error)
{
    json_t *answered = NULL;
    int status = -1;

    if (tell_here(run, error) == 0 && ask(run, error) == 0)
        answered = lua_json_call(run->engine, SESSION, "answer", NULL, error);
    if (answered) {
        print(run, answered);
        status =
            command_changes_make(run->context, run->name, answered, status_of(answered));
    }
    json_decref(answered);
    return status;
}

/* What the words alone say: --help, or a mistake. */
static int print_words(const struct command_session *run)
{
    const char *text = json_text(run->opened, "text");
    const char *complaint = json_text(run->opened, "complaint");
    const char *advice = json_text(run->opened, "advice");

    if (text)
        fputs(text, stdout);
    if (complaint) {
        char *safe = output_safe(complaint);

        fprintf(stderr, "%s\n", safe ? safe : "");
        free(safe);
    }
    if (advice)
        fputs(advice, stderr);
    if (json_object_get(run->opened, "version"))
        puts("atelier " PACKAGE_VERSION);
    return (int)json_integer_value(json_object_get(run->opened, "status"));
}

static json_t *words_of(int count, char **words, struct error *error)
{
    json_t *list = json_array();

    for (int i = 0; i < count; i++)
        if (json_array_append_new(list, json_string(words[i])) < 0)
            error_set(error, ERROR_USER, "word %d of the command is no text in UTF-8",
                      i + 1);
    return list;
}

int command_host_run(const struct command_context *context, int count, char **words)
{
    struct error error = {.party = ERROR_NONE};
    static struct command_session run; /* whose engine ends with the process: to free what
                                          Lua has takes as long as a decision */
    int status = -1;

    run = (struct command_session){.context = context, .name = "atelier"};
    run.words = words_of(count, words, &error);
    if (error.party == ERROR_NONE &&
        (open_engine(&run, true, &(struct error){.party = ERROR_NONE}) == 0 ||
         open_engine(&run, false, &error) == 0)) {
        if (json_object_get(run.opened, "status"))
            status = print_words(&run);
        else if (open_policy(&run, &error) == 0)
            status = answer(&run, &error);
    }
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", run.name ? run.name : "atelier", error.text);
        status = COMMAND_USAGE;
    }
    policy_text_release(&run.policy);
    json_decref(run.opened);
    json_decref(run.words);
    return status;
}

char *command_host_list(const struct settings *settings, struct error *error)
{
    struct policy_engine *engine =
        policy_engine_create(settings->lua, false, &policy_engine_command_limits, error);
    json_t *given =
        json_pack("{s:[], s:o}", "words", "nouns", command_modules(settings->lua));
    json_t *opened = engine ? lua_json_call(engine, SESSION, "open", given, error) : NULL;
    const char *text = json_text(opened, "text");
    char *list = text ? strdup(text) : NULL;

    json_decref(given);
    json_decref(opened);
    policy_engine_destroy(engine);
    return list;
}
