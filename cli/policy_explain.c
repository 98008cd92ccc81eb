/* policy_explain.c: what the policy decides for a job, and why. */
#include "batch_script.h"
#include "command.h"
#include "enforcement.h"
#include "explanation.h"
#include "host_list.h"
#include "job_row.h"
#include "launcher_text.h"
#include "layout.h"
#include "output.h"
#include "policy_host.h"
#include "sbatch_option.h"
#include "user.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define NODES_MAX 65536
#define TASKS_MAX 1048576
#define USER_SIZE 257

struct arguments {
    struct sbatch_words words;
    const char *policy, *user, *job, *script;
    bool json;
};

enum { POLICY = 1, USER, JOB };

static const struct argp_option options[] = {
    {"user", USER, "NAME", 0, "The job's user, with the groups that this machine knows",
     1},
    {"job", JOB, "ID", 0, "A job that Slurm knows, decided again today", 1},
    {"policy", POLICY, "FILE", 0, "A draft instead of the policy in force", 1},
    {"json", 'j', NULL, 0, "Print JSON", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->words;
        return 0;
    case POLICY:
        arguments->policy = argument;
        return 0;
    case USER:
        arguments->user = argument;
        return 0;
    case JOB:
        arguments->job = argument;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG: /* the script and its arguments */
        arguments->script = argument;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        if (arguments->job && (arguments->user || arguments->script ||
                               json_array_size(arguments->words.list)))
            argp_error(state, "--job says it all: leave the job's options out");
        if (arguments->job &&
            strspn(arguments->job, "0123456789_+") != strlen(arguments->job))
            argp_error(state, "`%s` is no job id", arguments->job);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Calls a function that returns an answer, or nil and a sentence. */
static json_t *ask(struct policy_host *host, const char *module, const char *function,
                   const json_t *argument, struct error *error)
{
    json_t *results = policy_host_call(host, module, function, argument, error);
    json_t *answer = json_array_get(results, 0);

    if (results && json_is_null(answer))
        error_set(error, ERROR_USER, "%s", json_string_value(json_array_get(results, 1)));
    json_incref(answer);
    json_decref(results);
    if (json_is_null(answer)) {
        json_decref(answer);
        return NULL;
    }
    return answer;
}

static unsigned count_of(const json_t *request, const char *key, unsigned otherwise)
{
    json_int_t count = json_integer_value(json_object_get(request, key));

    return count > 0 ? (unsigned)count : otherwise;
}

/* The framework as the job asks for it, with its settings: the decision has its name. */
static json_t *tasks_of(const json_t *answer, const struct settings *settings,
                        const struct layout_wish *wish, struct error *error)
{
    const json_t *request = json_object_get(answer, "request");
    const char *asked = json_string_value(json_object_get(request, "framework"));
    struct framework framework;

    if (!asked)
        return json_array();
    if (framework_parse(&framework, "--framework", asked, error) < 0)
        return NULL;
    return layout_tasks(settings, &framework, wish, false,
                        json_object_get(answer, "environment"), error);
}

/* On so many nodes, of which each has a task. */
static struct layout_wish wish_of(const json_t *answer, const char *nodes)
{
    const json_t *request = json_object_get(answer, "request");
    struct layout_wish wish = {.nodes = count_of(request, nodes, 1),
                               .cpus_per_task = count_of(answer, "cpus_per_task", 0)};

    wish.tasks = count_of(request, "tasks", wish.nodes);
    if (wish.tasks < wish.nodes)
        wish.nodes = wish.tasks;
    return wish;
}

/* A launcher that has no place for such a job ends its steps: the answer is then no. */
static int refuse(json_t *answer, struct error *error)
{
    if (error->party != ERROR_USER)
        return -1;
    json_object_set_new(answer, "refusal", json_pack("{s:s}", "text", error->text));
    json_object_del(answer, "decision");
    json_object_del(answer, "launch");
    error_clear(error);
    return 0;
}

/* Adds { tasks, launch } to the answer of a job that is accepted and has a framework: on
 * the least nodes that it may get, or on the most where the launcher needs more. */
static int add_tasks(json_t *answer, const struct settings *settings, struct error *error)
{
    const json_t *decision = json_object_get(answer, "decision");
    struct layout_wish wish = wish_of(answer, "nodes"),
                       most = wish_of(answer, "max_nodes");
    struct error cause = {.party = ERROR_NONE};
    json_t *list;
    char *line;

    if (!json_is_object(decision) || !json_object_size(decision))
        return 0;
    if (wish.nodes > NODES_MAX || wish.tasks > TASKS_MAX)
        return error_set(error, ERROR_USER,
                         "explain lays out at most %d tasks on %d nodes", TASKS_MAX,
                         NODES_MAX);
    list = tasks_of(answer, settings, &wish, error);
    if (!list && most.nodes > wish.nodes && most.nodes <= NODES_MAX) {
        wish = most;
        list = tasks_of(answer, settings, &wish, &cause);
    }
    if (!list)
        return refuse(answer, error);
    error_clear(error);
    line = layout_launch_line(&wish);
    json_object_set_new(answer, "launch", json_string(line));
    free(line);
    json_object_set_new(answer, "tasks", list);
    return 0;
}

/* Slurm's own, and the plugin's. */
static json_t *environment_of_sbatch(void)
{
    static const char *const prefixes[] = {"SBATCH_", "SLURM_", "ATELIER_"};
    json_t *environment = json_object();

    for (char **entry = environ; *entry; entry++)
        for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
            const char *equals = strchr(*entry, '=');

            if (equals && strncmp(*entry, prefixes[i], strlen(prefixes[i])) == 0)
                json_object_setn_new(environment, *entry, (size_t)(equals - *entry),
                                     json_string(equals + 1));
        }
    return environment;
}

/* sbatch would have the hosts that are in the file. Returns 0, or -1 with `error` filled.
 */
static int read_host_file(json_t *environment, struct error *error)
{
    const char *path = json_string_value(json_object_get(environment, "SLURM_HOSTFILE"));
    char *hosts = path ? host_list_read(path) : NULL;

    if (path && !hosts)
        return error_set(
            error, ERROR_USER,
            "$SLURM_HOSTFILE: %.300s cannot be read: correct it, or unset it", path);
    if (hosts)
        json_object_set_new(environment, "SLURM_HOSTFILE", json_string(hosts));
    free(hosts);
    return 0;
}

/* What sbatch.lua takes; NULL with `error` filled. `notes` takes sentences. */
static json_t *question_of(const struct arguments *arguments, json_t *notes,
                           struct error *error)
{
    const char *named = arguments->user ? arguments->user : user_own_name(error);
    json_t *script = json_array(), *environment = environment_of_sbatch();
    json_t *question = NULL;
    char user[USER_SIZE];

    snprintf(user, sizeof(user), "%s", named ? named : "");
    if (named && read_host_file(environment, error) == 0 &&
        (!arguments->script ||
         batch_script_read(arguments->script, script, notes, error) == 0))
        question = json_pack("{s:s, s:o, s:b, s:O, s:O, s:O}", "user", user, "groups",
                             user_groups(user), "has_script", arguments->script != NULL,
                             "script", script, "command", arguments->words.list,
                             "environment", environment);
    if (question && user_id(user) >= 0)
        json_object_set_new(question, "uid", json_integer(user_id(user)));
    json_decref(script);
    json_decref(environment);
    return question;
}

static json_t *explain_request(struct policy_host *host,
                               const struct arguments *arguments,
                               const struct settings *settings, struct error *error)
{
    json_t *notes = json_array(), *answer = NULL;
    json_t *question = question_of(arguments, notes, error);

    if (question)
        json_object_set_new(question, "launchers", launcher_texts(settings->launchers));
    if (question)
        answer = ask(host, "atelier.explanation", "explain", question, error);
    if (answer) {
        json_array_extend(notes, json_object_get(answer, "notes"));
        json_object_set(answer, "notes", notes);
    }
    json_decref(question);
    json_decref(notes);
    return answer;
}

static json_t *explain_job(struct policy_host *host, const char *id, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    json_t *row = job_row(id, error), *answer;
    const char *user = json_string_value(json_object_get(row, "user"));

    if (!row)
        return NULL;
    json_object_set_new(row, "groups", user_groups(user));
    if (user_id(user) >= 0)
        json_object_set_new(row, "uid", json_integer(user_id(user)));
    answer = ask(host, "atelier.replay", "job", row, &cause);
    if (answer)
        json_object_set_new(answer, "job", json_string(id));
    else
        error_set(error, cause.party, "job %s: %s", id, cause.text);
    json_decref(row);
    return answer;
}

static json_t *explain(struct policy_host *host, const struct arguments *arguments,
                       const struct settings *settings, struct error *error)
{
    json_t *answer = arguments->job ? explain_job(host, arguments->job, error)
                                    : explain_request(host, arguments, settings, error);

    if (answer && (enforcement_add(host, answer, error) < 0 ||
                   (!arguments->job && add_tasks(answer, settings, error) < 0))) {
        json_decref(answer);
        return NULL;
    }
    return answer;
}

/* The policy that decides; when its file is broken, which `broken` then says, this
 * machine's copy of the one before, by which slurmctld goes. */
static struct policy_host *open_policy(const char *draft, const struct settings *settings,
                                       struct error *broken, struct error *error)
{
    struct policy_host *host = policy_host_open(settings, draft, error);
    struct settings last = *settings;

    if (host || draft || policy_host_is_hidden(settings, NULL))
        return host;
    settings_use_last_policy(&last);
    *broken = *error;
    host = policy_host_open(&last, NULL, &(struct error){.party = ERROR_NONE});
    if (!host)
        fprintf(stderr, "The policy in force is older than its file, and no copy of it "
                        "can be read here.\n");
    return host;
}

int policy_explain(int argc, char **argv, const struct settings *settings)
{
    const struct argp_child children[] = {{sbatch_option_argp(), 0, "", 0}, {0}};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .args_doc = "[SCRIPT [ARGUMENT...]]",
        .doc =
            "Says what the policy decides for a job, and which line of it decided. The "
            "job need not exist."};
    struct arguments arguments = {.words.list = json_array()};
    struct error error = {.party = ERROR_NONE}, broken = {.party = ERROR_NONE};
    struct policy_host *host = NULL;
    json_t *answer = NULL;
    int status = COMMAND_USAGE;

    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) == 0)
        host = open_policy(arguments.policy, settings, &broken, &error);
    if (host) {
        error_clear(&error);
        answer = explain(host, &arguments, settings, &error);
    }
    if (answer && broken.party != ERROR_NONE)
        json_object_set_new(answer, "broken_file", json_string(broken.text));
    if (answer) {
        status = explanation_is_good(answer) ? COMMAND_GOOD : COMMAND_PROBLEM;
        if (arguments.json)
            output_json(answer);
        else
            explanation_print(answer);
    } else {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
    }
    json_decref(answer);
    json_decref(arguments.words.list);
    policy_host_destroy(host);
    return status;
}
