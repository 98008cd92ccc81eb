/* policy_apply.c: brings slurmdbd in line with the policy, through sacctmgr. */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "slurm_command.h"
#include "slurm_inventory.h"
#include "user.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct arguments {
    const char *policy;
    bool yes, dry_run, prune, json;
};

static const struct argp_option options[] = {
    {"yes", 'y', NULL, 0, "Do not ask", 0},
    {"dry-run", 'n', NULL, 0, "Print the plan and change nothing", 0},
    {"prune", 'p', NULL, 0,
     "Remove what apply once made and the policy no longer has, but no account with jobs",
     0},
    {"policy", 'f', "FILE", 0, "A draft instead of the policy in force", 0},
    {"json", 'j', NULL, 0, "Print the plan as JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'y':
        arguments->yes = true;
        return 0;
    case 'n':
        arguments->dry_run = true;
        return 0;
    case 'p':
        arguments->prune = true;
        return 0;
    case 'f':
        arguments->policy = argument;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Adds who is who on this machine: groups and unknown, as change.lua has them. */
static int add_people(struct policy_host *host, json_t *known, struct error *error)
{
    json_t *results = policy_host_call(host, "atelier.people", "names", NULL, error);
    const json_t *people = json_array_get(results, 0);
    json_t *unknown = people ? user_unknown(people, error) : NULL;

    if (unknown) {
        json_object_set_new(known, "unknown", unknown);
        json_object_set_new(known, "groups",
                            user_group_members(json_object_get(people, "groups")));
    }
    json_decref(results);
    return unknown ? 0 : -1;
}

/* { changes, kept }. */
static json_t *make_plan(struct policy_host *host, bool prune, struct error *error)
{
    json_t *known = slurm_inventory_accounting(error);
    json_t *results = NULL, *plan;

    if (known && add_people(host, known, error) == 0) {
        json_object_set_new(known, "prune", json_boolean(prune));
        results = policy_host_call(host, "atelier.change", "of", known, error);
    }
    plan = json_incref(json_array_get(results, 0));
    json_decref(results);
    json_decref(known);
    return plan;
}

static void print_plan(const json_t *plan)
{
    json_t *rows = json_array();
    const json_t *one;
    size_t index;

    json_array_foreach(json_object_get(plan, "kept"), index, one)
        printf("note: %s\n", json_string_value(one));
    json_array_foreach(json_object_get(plan, "changes"), index, one)
        json_array_append_new(rows, json_pack("[O, O, O]", json_object_get(one, "verb"),
                                              json_object_get(one, "what"),
                                              json_object_get(one, "how")));
    output_table(rows, 0);
    if (json_array_size(rows) == 0)
        printf("nothing to change\n");
    json_decref(rows);
}

/* An answer that begins with y. */
static bool ask_user(size_t count)
{
    char *line = NULL;
    size_t size = 0;
    bool yes;

    printf("Make %zu change%s? [y/N] ", count, count == 1 ? "" : "s");
    fflush(stdout);
    yes = getline(&line, &size, stdin) > 0 && (*line == 'y' || *line == 'Y');
    free(line);
    return yes;
}

static int make_change(const json_t *change, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    const json_t *words = json_object_get(change, "argv"), *word;
    const char **argv = calloc(json_array_size(words) + 1, sizeof(*argv));
    size_t index;
    char *said = NULL;

    if (!argv)
        return error_set(error, ERROR_NODE, "out of memory for a change");
    json_array_foreach(words, index, word) argv[index] = json_string_value(word);
    said = slurm_command_run(argv, &cause);
    free(argv);
    free(said);
    if (cause.party == ERROR_NONE)
        return 0;
    return error_set(error, cause.party, "%s %s: %s",
                     json_string_value(json_object_get(change, "verb")),
                     json_string_value(json_object_get(change, "what")), cause.text);
}

/* Stops at the first that fails. */
static int make_changes(const json_t *changes, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    const json_t *change;
    size_t index;

    json_array_foreach(changes, index, change) if (
        make_change(change, &cause) <
        0) return error_set(error, cause.party,
                            "%s; %zu of %zu changes were made: run it again when that "
                            "is mended",
                            cause.text, index, json_array_size(changes));
    return 0;
}

/* The plan is printed. Returns the exit status. */
static int carry_out(const json_t *plan, const struct arguments *arguments,
                     const char *name)
{
    const json_t *changes = json_object_get(plan, "changes");
    size_t count = json_array_size(changes);
    struct error error = {.party = ERROR_NONE};

    if (arguments->dry_run || count == 0)
        return COMMAND_GOOD;
    fflush(stdout); /* before what is said on the other stream */
    if (!arguments->yes && !isatty(STDIN_FILENO)) {
        fprintf(stderr,
                "%s: nothing was changed: nobody can be asked here, so say --yes\n",
                name);
        return COMMAND_PROBLEM;
    }
    if (!arguments->yes && !ask_user(count)) {
        printf("nothing was changed\n");
        return COMMAND_PROBLEM;
    }
    if (make_changes(changes, &error) < 0) {
        fprintf(stderr, "%s: %s\n", name, error.text);
        return COMMAND_PROBLEM;
    }
    if (!arguments->json)
        printf("%zu change%s made\n", count, count == 1 ? "" : "s");
    return COMMAND_GOOD;
}

int policy_apply(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {.options = options,
                                     .parser = parse,
                                     .args_doc = "",
                                     .doc = "Brings slurmdbd in line with the policy: "
                                            "accounts, users, coordinators, QOS, "
                                            "limits and, where Slurm enforces them, "
                                            "wckeys. Prints the plan first, and asks."};
    struct arguments arguments = {.policy = NULL};
    struct error error = {.party = ERROR_NONE};
    struct policy_host *host;
    json_t *plan = NULL;
    int status = COMMAND_USAGE;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    host = policy_host_open(settings, arguments.policy, &error);
    if (host)
        plan = make_plan(host, arguments.prune, &error);
    if (!plan) {
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
    } else {
        if (arguments.json)
            output_json(plan);
        else
            print_plan(plan);
        status = carry_out(plan, &arguments, argv[0]);
    }
    json_decref(plan);
    policy_host_destroy(host);
    return status;
}
