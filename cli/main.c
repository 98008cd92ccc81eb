/* main.c: finds the subcommand. */
#include "command.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command {
    const char *noun, *verb, *arguments, *summary;
    command_run *run;
} commands[] = {
    {"doctor", "", "[--nodes]", "say whether this machine or an allocation is well",
     doctor},
    {"framework", "list", "", "show the frameworks that have a launcher", framework_list},
    {"framework", "show", "NAME[:SETTING,...]", "show what its launcher gives each rank",
     framework_show},
    {"policy", "check", "[FILE]", "say all that is wrong with the policy", policy_check},
    {"policy", "explain", "[OPTION...]", "say what it decides for a job, and why",
     policy_explain},
    {"policy", "test", "[FILE]", "run the site's cases", policy_test},
    {"policy", "apply", "", "bring slurmdbd in line with it", policy_apply},
    {"policy", "show", "KIND [NAME]", "show what it declares", policy_show},
    {"run", "", "[OPTION...] -- COMMAND...",
     "run a framework's processes on the allocation", run},
    {"volume", "test", "[NAME...]", "ask the volumes' file servers", volume_test},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

struct invocation {
    struct settings settings;
    int first; /* index of the noun */
};

static const struct argp_option options[] = {
    {"set", 's', "KEY=VALUE", 0,
     "Use another file or directory, as the plugin's line in plugstack.conf does", 0},
    {0},
};

/* What stands at the end of --help. */
static char *command_list(int key, const char *text, void *input)
{
    size_t size = 64 + 96 * COMMAND_COUNT, used;
    char *list;

    (void)input;
    if (key == ARGP_KEY_HELP_DUP_ARGS_NOTE)
        return NULL;
    if (key != ARGP_KEY_HELP_POST_DOC || !(list = malloc(size)))
        return (char *)text;
    used = (size_t)snprintf(list, size, "Commands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        char usage[64];

        snprintf(usage, sizeof(usage), "%s%s%s %s", commands[i].noun,
                 commands[i].verb[0] ? " " : "", commands[i].verb, commands[i].arguments);
        used += (size_t)snprintf(list + used, size - used, "  %-34s %s\n", usage,
                                 commands[i].summary);
    }
    return list;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct invocation *invocation = state->input;
    struct error error = {.party = ERROR_NONE};

    switch (key) {
    case 's':
        if (settings_apply(&invocation->settings, argument, &error) < 0)
            argp_error(state, "--set: %s", error.text);
        return 0;
    case ARGP_KEY_ARG: /* the rest is the subcommand's */
        invocation->first = state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Prints the verbs of a known noun, else the nouns. */
static int refuse(const char *noun, const char *verb)
{
    const char *last = "";
    bool known = false;

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        known = known || strcmp(commands[i].noun, noun) == 0;
    if (known && !verb)
        fprintf(stderr, "atelier %s needs a command:", noun);
    else if (known)
        fprintf(stderr, "atelier %s has no command `%s`: choose one of", noun, verb);
    else
        fprintf(stderr, "atelier has no command `%s`: choose one of", noun);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const char *word = known ? commands[i].verb : commands[i].noun;

        if ((known && strcmp(commands[i].noun, noun) != 0) || strcmp(word, last) == 0)
            continue;
        fprintf(stderr, " %s", word);
        last = word;
    }
    fputc('\n', stderr);
    return COMMAND_USAGE;
}

/* `argv` begins with the noun; a noun that is a verb, too, has none. */
static int dispatch(int argc, char **argv, const struct settings *settings)
{
    char name[64];

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int last = commands[i].verb[0] ? 1 : 0;

        if (strcmp(commands[i].noun, argv[0]) != 0 || argc <= last ||
            (last && strcmp(commands[i].verb, argv[1]) != 0))
            continue;
        snprintf(name, sizeof(name), "atelier %s%s%s", commands[i].noun, last ? " " : "",
                 commands[i].verb);
        argv[last] = name;
        return commands[i].run(argc - last, argv + last, settings);
    }
    return refuse(argv[0], argc > 1 ? argv[1] : NULL);
}

int main(int argc, char **argv)
{
    static const struct argp argp = {.options = options,
                                     .parser = parse,
                                     .args_doc = "NOUN VERB [ARGUMENT...]",
                                     .doc =
                                         "Workspaces, experiments, framework launchers "
                                         "and per-job volumes for Slurm.\v",
                                     .help_filter = command_list};
    struct invocation invocation = {.first = 0};
    int status;

    argp_program_version = "atelier " PACKAGE_VERSION;
    argp_err_exit_status = COMMAND_USAGE;
    settings_init(&invocation.settings);
    argv[0] = "atelier";
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &invocation) != 0)
        return COMMAND_USAGE;
    status =
        dispatch(argc - invocation.first, argv + invocation.first, &invocation.settings);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "atelier: cannot write the output\n");
        return COMMAND_USAGE;
    }
    return status;
}
