/* framework_show.c: what a framework's launcher is, and what it gives each rank of a
 * step.
 */
#include "command.h"
#include "launcher.h"
#include "layout.h"
#include "option_number.h"
#include "output.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASKS_MAX 4096
#define GPUS_MAX 64

struct arguments {
    struct framework framework;
    struct layout_wish wish;
    unsigned tasks_per_node;
    bool json;
};

enum { CPUS = 1, GPUS, TASKS_PER_NODE };

static const struct argp_option options[] = {
    {"nodes", 'N', "N", 0, "Nodes of the step (default: 2)", 0},
    {"tasks-per-node", TASKS_PER_NODE, "N", 0, "Tasks on each of them (default: 2)", 0},
    {"gpus", GPUS, "N", 0, "GPUs of each node (default: none)", 0},
    {"cpus-per-task", CPUS, "N", 0, "As for srun", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {0},
};

static void read_framework(struct arguments *arguments, const char *text,
                           struct argp_state *state)
{
    struct error error = {.party = ERROR_NONE};

    if (state->arg_num > 0)
        argp_error(state, "one framework at a time: `%s` is too much", text);
    if (framework_parse(&arguments->framework, "framework", text, &error) < 0)
        argp_error(state, "%s", error.text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case 'N':
        arguments->wish.nodes = option_number("--nodes", argument, 1, TASKS_MAX, state);
        return 0;
    case TASKS_PER_NODE:
        arguments->tasks_per_node =
            option_number("--tasks-per-node", argument, 1, TASKS_MAX, state);
        return 0;
    case GPUS:
        arguments->wish.gpus = option_number("--gpus", argument, 1, GPUS_MAX, state);
        return 0;
    case CPUS:
        arguments->wish.cpus_per_task =
            option_number("--cpus-per-task", argument, 1, TASKS_MAX, state);
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        read_framework(arguments, argument, state);
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num == 0)
            argp_error(state, "say which framework: `atelier framework list` has them");
        if (arguments->wish.nodes * (unsigned long)arguments->tasks_per_node > TASKS_MAX)
            argp_error(state, "a step of more than %d tasks is not shown", TASKS_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* An array [ how it is written, what it is ] of each setting. */
static json_t *settings_of(const struct record *description)
{
    const size_t prefix = strlen(LAUNCHER_SETTING_PREFIX);
    json_t *rows = json_array();

    for (size_t i = 0; i < record_count(description); i++) {
        const char *text = record_value(description, i);
        size_t form = strcspn(text, "\t");

        if (strncmp(record_key(description, i), LAUNCHER_SETTING_PREFIX, prefix) == 0)
            json_array_append_new(
                rows, json_pack("[s%s]", text, form, text + form + (text[form] == '\t')));
    }
    return rows;
}

/* { name, title, example, settings, nodes, tasks_per_node, tasks }; NULL with `error`
 * filled. */
static json_t *look(const struct settings *settings, const struct arguments *arguments,
                    struct error *error)
{
    struct record *description;
    json_t *tasks, *answer;

    if (launcher_describe(&description, settings->launchers, arguments->framework.name,
                          error) < 0)
        return NULL;
    tasks = layout_tasks(settings, &arguments->framework, &arguments->wish, true, NULL,
                         error);
    answer =
        json_pack("{s:s, s:s*, s:s*, s:o, s:i, s:i, s:o*}", "name",
                  arguments->framework.name, "title", record_get(description, "title"),
                  "example", record_get(description, "example"), "settings",
                  settings_of(description), "nodes", (int)arguments->wish.nodes,
                  "tasks_per_node", (int)arguments->tasks_per_node, "tasks", tasks);
    record_destroy(description);
    return answer;
}

static void print_head(const json_t *answer)
{
    const json_t *settings = json_object_get(answer, "settings");
    const char *example = json_string_value(json_object_get(answer, "example"));

    printf("%s: ", json_string_value(json_object_get(answer, "name")));
    output_text(json_string_value(json_object_get(answer, "title")));
    putchar('\n');
    if (json_array_size(settings) > 0) {
        printf("\nSettings, as in --framework=%s:SETTING,...:\n",
               json_string_value(json_object_get(answer, "name")));
        output_table(settings, 4);
    }
    if (example) {
        printf("\nFor example:\n    ");
        output_text(example);
        putchar('\n');
    }
}

int framework_show(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "NAME[:SETTING,...]",
        .doc = "Shows what a framework's launcher is, and what it gives each task of a "
               "step that need not exist."};
    struct arguments arguments = {.wish = {.nodes = 2}, .tasks_per_node = 2};
    struct error error = {.party = ERROR_NONE};
    json_t *answer;
    int status = COMMAND_GOOD;

    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return COMMAND_USAGE;
    arguments.wish.tasks = arguments.wish.nodes * arguments.tasks_per_node;
    answer = look(settings, &arguments, &error);
    if (answer && arguments.json) {
        output_json(answer);
    } else if (answer) {
        print_head(answer);
        layout_tasks_print(json_object_get(answer, "tasks"));
    }
    if (error.party) {
        fflush(stdout);
        fprintf(stderr, "%s: %s\n", argv[0], error.text);
        status = COMMAND_PROBLEM;
    }
    json_decref(answer);
    return status;
}
