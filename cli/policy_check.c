/* policy_check.c: all that is wrong with the policy, in one run. */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "slurm_inventory.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

struct arguments {
    const char *file; /* NULL: the policy in force */
    bool offline, json;
};

static const struct argp_option options[] = {
    {"offline", 'o', NULL, 0, "Do not ask Slurm for partitions, QOS and accounts", 0},
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

/* The answer is { problems, notes, overview }. */
static json_t *check_against_slurm(struct policy_host *host,
                                   const struct arguments *arguments, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    json_t *known = arguments->offline ? json_object() : slurm_inventory_names(&cause);
    json_t *results = NULL, *answer = NULL;

    if (known)
        results = policy_host_call(host, "atelier.inventory", "check", known, error);
    else
        error_set(error, cause.party, "%s; --offline checks the file alone", cause.text);
    if (results)
        answer = json_incref(json_array_get(results, 0));
    json_decref(known);
    json_decref(results);
    return answer;
}

static json_t *check(struct policy_host *host, const struct arguments *arguments,
                     struct error *error)
{
    json_t *problems = policy_host_problems(host);

    if (json_array_size(problems) > 0)
        return json_pack("{s:O, s:[]}", "problems", problems, "notes");
    return check_against_slurm(host, arguments, error);
}

static void print_text(const char *path, const json_t *answer)
{
    const json_t *problems = json_object_get(answer, "problems");
    size_t index, count = json_array_size(problems);
    const json_t *sentence;

    json_array_foreach(problems, index, sentence)
        printf("%s\n", json_string_value(sentence));
    json_array_foreach(json_object_get(answer, "notes"), index, sentence)
        printf("note: %s\n", json_string_value(sentence));
    if (count > 0)
        printf("%s: %zu problem%s\n", path, count, count == 1 ? "" : "s");
    else
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
            "Says all that is wrong with the policy, and what it names that Slurm does "
            "not know. FILE may be a draft; without it, the policy in force."};
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
        good = json_array_size(json_object_get(answer, "problems")) == 0;
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
