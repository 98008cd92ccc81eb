/* policy_check.c: all that is wrong with the policy, in one run. */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "policy_reader.h"
#include "slurm_command.h"
#include "slurm_configuration.h"
#include "slurm_inventory.h"
#include "user.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct arguments {
    const char *file; /* NULL: the policy in force */
    bool offline, node, json;
};

static const struct argp_option options[] = {
    {"offline", 'o', NULL, 0,
     "Check the file alone: ask neither Slurm for its names and configuration nor this "
     "machine for users and groups",
     0},
    {"node", 'n', NULL, 0, "Say what this machine lacks as a node of jobs", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'o':
        arguments->offline = true;
        return 0;
    case 'n':
        arguments->node = true;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->file)
            argp_error(state, "one file at a time: `%s` is too much", argument);
        arguments->file = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Has a module check `known`, which becomes the callee's; NULL with `error` filled where
 * Slurm did not say it. */
static json_t *check_known(struct policy_host *host, const char *module, json_t *known,
                           const struct error *cause, struct error *error)
{
    json_t *results = NULL, *answer = NULL;

    if (known)
        results = policy_host_call(host, module, "check", known, error);
    else
        error_set(error, cause->party, "%s; --offline checks the file alone",
                  cause->text);
    if (results)
        answer = json_incref(json_array_get(results, 0));
    json_decref(known);
    json_decref(results);
    return answer;
}

static json_t *check_configuration(struct policy_host *host, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    json_t *known = slurm_configuration(true, SLURM_COMMAND_MS, &cause);

    if (known)
        policy_reader_add(host, known);
    return check_known(host, "atelier.requirement", known, &cause, error);
}

static void extend(json_t *answer, const json_t *more, const char *key)
{
    json_array_extend(json_object_get(answer, key), json_object_get(more, key));
}

/* The answer is { problems, configuration, notes, overview }: what is wrong with the
 * policy is not counted with what is wrong with Slurm's configuration. */
static json_t *check_against_slurm(struct policy_host *host,
                                   const struct arguments *arguments, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    json_t *known = arguments->offline ? json_object() : slurm_inventory_names(&cause);
    json_t *answer = check_known(host, "atelier.inventory", known, &cause, error);
    json_t *more;

    if (!answer || arguments->offline)
        return answer;
    more = check_configuration(host, error);
    if (more) {
        json_object_set(answer, "configuration", json_object_get(more, "problems"));
        extend(answer, more, "notes");
        json_decref(more);
        return answer;
    }
    json_decref(answer);
    return NULL;
}

static bool is_there(const json_t *needed)
{
    const char *type = json_string_value(json_object_get(needed, "type"));
    struct stat status;

    if (stat(json_string_value(json_object_get(needed, "path")), &status) < 0)
        return false;
    return strcmp(type, "directory") == 0 ? S_ISDIR(status.st_mode)
                                          : S_ISREG(status.st_mode);
}

static void check_each(const json_t *needed, json_t *problems)
{
    const json_t *one;
    size_t index;

    json_array_foreach(needed, index, one) if (!is_there(one)) json_array_append_new(
        problems, json_sprintf("%s %s is no %s here",
                               json_string_value(json_object_get(one, "what")),
                               json_string_value(json_object_get(one, "path")),
                               json_string_value(json_object_get(one, "type"))));
}

/* Adds what the volumes need and this machine lacks to the answer's problems. */
static int check_against_node(struct policy_host *host, json_t *answer,
                              struct error *error)
{
    json_t *results = policy_host_call(host, "atelier.inventory", "on_node", NULL, error);

    if (!results)
        return -1;
    check_each(json_array_get(results, 0), json_object_get(answer, "problems"));
    json_decref(results);
    return 0;
}

/* Adds the users and groups of the policy that this machine does not know. */
static int check_people(struct policy_host *host, json_t *answer, struct error *error)
{
    json_t *results = policy_host_call(host, "atelier.people", "names", NULL, error);
    json_t *unknown = results ? user_unknown(json_array_get(results, 0), error) : NULL;

    json_decref(results);
    if (!unknown)
        return -1;
    results = policy_host_call(host, "atelier.people", "check", unknown, error);
    json_array_extend(json_object_get(answer, "problems"), json_array_get(results, 0));
    json_decref(unknown);
    json_decref(results);
    return results ? 0 : -1;
}

/* Adds what the policy's functions do wrong when jobs come. */
static int check_functions(struct policy_host *host, json_t *answer, struct error *error)
{
    json_t *results = policy_host_call(host, "atelier.trial", "check", NULL, error);
    const json_t *found = json_array_get(results, 0);

    json_array_extend(json_object_get(answer, "problems"),
                      json_object_get(found, "problems"));
    json_array_extend(json_object_get(answer, "notes"), json_object_get(found, "notes"));
    json_decref(results);
    return results ? 0 : -1;
}

static json_t *check(struct policy_host *host, const struct arguments *arguments,
                     struct error *error)
{
    json_t *problems = policy_host_problems(host), *answer;

    if (json_array_size(problems) > 0)
        return json_pack("{s:O, s:[]}", "problems", problems, "notes");
    answer = check_against_slurm(host, arguments, error);
    if (!answer || (check_functions(host, answer, error) == 0 &&
                    (arguments->offline || check_people(host, answer, error) == 0) &&
                    (!arguments->node || check_against_node(host, answer, error) == 0)))
        return answer;
    json_decref(answer);
    return NULL;
}

/* Each sentence is a line. */
static void print_sentences(const json_t *answer, const char *key, const char *before)
{
    const json_t *sentence;
    size_t index;

    json_array_foreach(json_object_get(answer, key), index, sentence)
        printf("%s%s\n", before, json_string_value(sentence));
}

static size_t count_of(const json_t *answer, const char *key)
{
    return json_array_size(json_object_get(answer, key));
}

static void print_count(const char *place, size_t count)
{
    if (count > 0)
        printf("%s: %zu problem%s\n", place, count, count == 1 ? "" : "s");
}

static void print_text(const char *path, const json_t *answer)
{
    print_sentences(answer, "problems", "");
    print_sentences(answer, "configuration", "");
    print_sentences(answer, "notes", "note: ");
    print_count("Slurm's configuration", count_of(answer, "configuration"));
    print_count(path, count_of(answer, "problems"));
    if (count_of(answer, "problems") == 0)
        printf("%s: good: %s\n", path,
               json_string_value(json_object_get(answer, "overview")));
}

int policy_check(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[FILE]",
        .doc =
            "Says all that is wrong with the policy, what it names that Slurm does not "
            "know, and what it needs of Slurm's configuration. FILE may be a draft; "
            "without it, the policy in force."};
    struct arguments arguments = {.file = NULL};
    struct error error = {.party = ERROR_NONE};
    struct policy_host *host;
    json_t *answer = NULL;
    bool good = false;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    host = policy_host_load(settings, arguments.file, &error);
    if (host)
        answer = check(host, &arguments, &error);
    if (!answer) {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
    } else {
        good = count_of(answer, "problems") + count_of(answer, "configuration") == 0;
        if (arguments.json)
            output_json(answer);
        else
            print_text(policy_host_path(host), answer);
    }
    policy_host_destroy(host);
    if (!answer)
        return COMMAND_USAGE;
    json_decref(answer);
    return good ? COMMAND_GOOD : COMMAND_PROBLEM;
}
