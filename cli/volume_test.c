/* volume_test.c: whether the volumes' file servers answer, from here or from all nodes.
 */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "volume_mounted.h"
#include "volume_nodes.h"
#include "volume_question.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    const char *policy, *partition;
    char *const *names; /* NULL-terminated */
    bool json, all_nodes, report;
};

static const struct argp_option options[] = {
    {"policy", 'f', "FILE", 0, "A draft instead of the policy in force", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {"all-nodes", 'a', NULL, 0, "Ask from every node of the allocation or the partition",
     0},
    {"partition", 'p', "NAME", 0, "With --all-nodes: another than the default partition",
     0},
    {"report", 'r', NULL, 0,
     "Print one line of JSON for each volume, and end with 0 whatever the answers: what "
     "--all-nodes runs on the nodes",
     0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'f':
        arguments->policy = argument;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case 'a':
        arguments->all_nodes = true;
        return 0;
    case 'p':
        arguments->partition = argument;
        return 0;
    case 'r':
        arguments->report = true;
        return 0;
    case ARGP_KEY_ARGS:
        arguments->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (arguments->partition && !arguments->all_nodes)
            argp_error(state, "--partition goes with --all-nodes");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static json_t *list_of(char *const *names)
{
    json_t *list = json_array();

    for (; *names; names++)
        json_array_append_new(list, json_string(*names));
    return list;
}

/* The volumes of the policy; `*unknown` when it was a name that it does not have. */
static json_t *find_volumes(const struct arguments *arguments,
                            const struct settings *settings, bool *unknown,
                            struct error *error)
{
    struct policy_host *host = policy_host_open(settings, arguments->policy, error);
    json_t *names = list_of(arguments->names);
    json_t *results =
        host ? policy_host_call(host, "atelier.volume_list", "list", names, error) : NULL;
    json_t *volumes = json_incref(json_array_get(results, 0));

    *unknown = json_is_null(volumes);
    if (*unknown) {
        error_set(error, ERROR_USER, "%s", json_string_value(json_array_get(results, 1)));
        volumes = NULL;
    }
    json_decref(names);
    json_decref(results);
    policy_host_destroy(host);
    return volumes;
}

/* A user beside a job of the own (salloc's shell): the job's nodes have what this machine
 * has not, a client with a reserved port. */
static bool is_for_allocation(const struct arguments *arguments, const json_t *volumes)
{
    return geteuid() != 0 && !arguments->report && getenv("SLURM_JOB_ID") &&
           getenv("SLURM_JOB_NODELIST") && !getenv("SLURM_STEP_ID") &&
           !volume_mounted_any(volumes);
}

static json_t *ask(struct arguments *arguments, const struct settings *settings,
                   bool *unknown, struct error *error)
{
    const struct volume_nodes nodes = {.settings = settings,
                                       .partition = arguments->partition,
                                       .policy = arguments->policy,
                                       .names = arguments->names};
    json_t *volumes = find_volumes(arguments, settings, unknown, error);
    json_t *answers = NULL;

    arguments->all_nodes |= volumes && is_for_allocation(arguments, volumes);
    if (volumes && arguments->all_nodes)
        answers = volume_nodes_ask(&nodes, error);
    else if (volumes)
        answers = volume_question_ask(settings, volumes, error);
    json_decref(volumes);
    return answers;
}

/* Words behind the time, where it was not the whole preflight. */
static const char *what_was_asked(const json_t *answer)
{
    const char *asked = json_string_value(json_object_get(answer, "asked"));

    if (asked && strcmp(asked, "mount") == 0)
        return ", by this job's mount";
    return asked && strcmp(asked, "service") == 0 ? ", service and export alone" : "";
}

static bool is_partial(const json_t *answers)
{
    const json_t *answer;
    size_t index;

    json_array_foreach(answers, index, answer)
    {
        const char *asked = json_string_value(json_object_get(answer, "asked"));

        if (asked && strcmp(asked, "service") == 0)
            return true;
    }
    return false;
}

static json_t *row_of(const json_t *answer, bool with_node)
{
    const json_t *sentence = json_object_get(answer, "error");
    const json_t *milliseconds = json_object_get(answer, "milliseconds");
    static const char *const keys[] = {"node", "volume", "server", "host", "driver"};
    json_t *row = json_array();
    char text[80] = "not asked: it has no file server";

    for (size_t i = with_node ? 0 : 1; i < sizeof(keys) / sizeof(keys[0]); i++)
        json_array_append(row, json_object_get(answer, keys[i]));
    if (!json_is_null(milliseconds))
        snprintf(text, sizeof(text), "%lld ms%s",
                 (long long)json_integer_value(milliseconds), what_was_asked(answer));
    json_array_append_new(row, json_is_null(sentence) ? json_string(text)
                                                      : json_incref((json_t *)sentence));
    return row;
}

static void print_table(const json_t *answers, bool with_node)
{
    json_t *rows = json_array(), *head;
    const json_t *answer;
    size_t index;

    head = json_pack("[s, s, s, s, s, s]", "node", "volume", "server", "host", "driver",
                     "answer");
    if (!with_node)
        json_array_remove(head, 0);
    json_array_append_new(rows, head);
    json_array_foreach(answers, index, answer)
        json_array_append_new(rows, row_of(answer, with_node));
    output_table(rows, 0);
    json_decref(rows);
    if (is_partial(answers))
        fputs(
            "Whether the server lets jobs in, which come from a reserved port, is asked "
            "by root on a node, or by `srun --workspace=NAME atelier volume test`.\n",
            stderr);
}

static void print_lines(const json_t *answers)
{
    const json_t *answer;
    size_t index;

    json_array_foreach(answers, index, answer)
    {
        json_dumpf(answer, stdout, JSON_COMPACT);
        putchar('\n');
    }
}

static int print(const struct arguments *arguments, const json_t *answers)
{
    int status = COMMAND_GOOD;
    const json_t *answer;
    size_t index;

    json_array_foreach(answers, index,
                       answer) if (!json_is_null(json_object_get(answer, "error")))
        status = COMMAND_PROBLEM;
    if (arguments->report) {
        print_lines(answers);
        return COMMAND_GOOD;
    }
    if (arguments->json)
        output_json(answers);
    else
        print_table(answers, arguments->all_nodes);
    return status;
}

int volume_test(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[NAME...]",
        .doc = "Asks the volumes' file servers as a job's nodes do before they mount "
               "them, and mounts nothing. Without NAME, all volumes of the policy."};
    static char *no_names[] = {NULL};
    struct arguments arguments = {.names = no_names};
    struct error error = {.party = ERROR_NONE};
    json_t *answers;
    bool unknown = false;
    int status;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    answers = ask(&arguments, settings, &unknown, &error);
    if (!answers) {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
        return unknown ? COMMAND_PROBLEM : COMMAND_USAGE;
    }
    status = print(&arguments, answers);
    json_decref(answers);
    return status;
}
