/* policy_test.c: runs the site's cases against the policy, as TAP. */
#include "command.h"
#include "output.h"
#include "policy_host.h"
#include "trusted_file.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096
#define CASES "cases.lua" /* beside the policy */

struct arguments {
    const char *policy, *file;
};

static const struct argp_option options[] = {
    {"policy", 'f', "FILE", 0, "A draft instead of the policy in force", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'f':
        arguments->policy = argument;
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

static char *read_cases(const struct policy_host *host, const char *file, char *path,
                        size_t *length, struct error *error)
{
    const char *policy = policy_host_path(host);
    const char *slash = strrchr(policy, '/');

    if (file)
        snprintf(path, PATH_SIZE, "%s", file);
    else
        snprintf(path, PATH_SIZE, "%.*s%s", slash ? (int)(slash + 1 - policy) : 0, policy,
                 CASES);
    return plain_file_read(path, length, error);
}

/* { cases } or { null, problems }. */
static json_t *run_cases(struct policy_host *host, const char *file, struct error *error)
{
    char path[PATH_SIZE];
    const char *slash;
    size_t length;
    char *text = read_cases(host, file, path, &length, error);
    json_t *asked, *results;

    if (!text)
        return NULL;
    slash = strrchr(path, '/');
    asked =
        json_pack("{s:s%, s:s}", "text", text, length, "file", slash ? slash + 1 : path);
    free(text);
    if (!asked) {
        error_set(error, ERROR_USER, "%s is not a text in UTF-8", path);
        return NULL;
    }
    results = policy_host_call(host, "atelier.case", "run", asked, error);
    json_decref(asked);
    return results;
}

/* TAP reads `#` as the beginning of a directive. */
static void print_name(const char *name)
{
    for (; name && *name; name++)
        putchar(*name == '#' ? '?' : *name);
}

/* Returns whether all passed. */
static bool print_tap(const json_t *cases)
{
    bool good = true;
    const json_t *one;
    size_t index;

    printf("1..%zu\n", json_array_size(cases));
    json_array_foreach(cases, index, one)
    {
        const json_t *failures = json_object_get(one, "failures");
        const json_t *sentence;
        size_t number;

        printf("%sok %zu - ", json_array_size(failures) ? "not " : "", index + 1);
        print_name(json_string_value(json_object_get(one, "name")));
        putchar('\n');
        json_array_foreach(failures, number, sentence)
        {
            printf("# %s:%lld: ", json_string_value(json_object_get(one, "file")),
                   (long long)json_integer_value(json_object_get(one, "line")));
            output_text(json_string_value(sentence));
            putchar('\n');
            good = false;
        }
    }
    return good;
}

static void print_problems(const char *name, const json_t *problems)
{
    const json_t *sentence;
    size_t index;

    json_array_foreach(problems, index, sentence)
        fprintf(stderr, "%s: %s\n", name, json_string_value(sentence));
}

int policy_test(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[FILE]",
        .doc = "Runs the cases of FILE against the policy and prints TAP. Without FILE, "
               "those of " CASES " beside the policy."};
    struct arguments arguments = {.file = NULL};
    struct error error = {.party = ERROR_NONE};
    struct policy_host *host;
    json_t *results = NULL;
    int status = COMMAND_USAGE;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    host = policy_host_open(settings, arguments.policy, &error);
    if (host)
        results = run_cases(host, arguments.file, &error);
    if (!results)
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
    else if (json_is_null(json_array_get(results, 0)))
        print_problems(argv[0], json_array_get(results, 1));
    else
        status = print_tap(json_array_get(results, 0)) ? COMMAND_GOOD : COMMAND_PROBLEM;
    json_decref(results);
    policy_host_destroy(host);
    return status;
}
