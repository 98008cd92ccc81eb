/* atelier_main.c: finds the subcommand. */
#include "cli/command.h"
#include "cli/command_host.h"
#include "run/run.h"

#include <argp.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct invocation {
    struct settings settings;
    const char *record, *replay; /* directories, or NULL */
    bool completes;
    int first; /* index of the noun */
};

enum { RECORD = 1, REPLAY, COMPLETE };

static const struct argp_option options[] = {
    {"set", 's', "KEY=VALUE", 0,
     "Use another file or directory, as the plugin's line in plugstack.conf does", 0},
    {"record", RECORD, "DIRECTORY", 0, "Keep what Slurm answers, for a report of a fault",
     0},
    {"replay", REPLAY, "DIRECTORY", 0, "Answer from what --record kept; change nothing",
     0},
    {"complete", COMPLETE, NULL, OPTION_HIDDEN, "", 0},
    {0},
};

/* What stands at the end of --help. */
static char *command_list(int key, const char *text, void *input)
{
    const struct invocation *invocation = input;
    struct error error = {.party = ERROR_NONE};
    char *list;

    if (key == ARGP_KEY_HELP_ARGS_DOC || !invocation)
        return (char *)text;
    if (key == ARGP_KEY_HELP_DUP_ARGS_NOTE)
        return NULL;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    list = command_host_list(&invocation->settings, &error);
    return list ? list : strdup(error.text);
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
    case RECORD:
        invocation->record = argument;
        return 0;
    case REPLAY:
        invocation->replay = argument;
        return 0;
    case COMPLETE:
        invocation->completes = true;
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

static struct slurm_record *open_record(const struct invocation *invocation,
                                        struct error *error)
{
    if (invocation->record && invocation->replay)
        error_set(error, ERROR_USER, "--record and --replay exclude each other");
    else if (invocation->record)
        return slurm_record_begin(invocation->record, error);
    else if (invocation->replay)
        return slurm_record_read(invocation->replay, error);
    return NULL;
}

/* `argv` begins with the noun. */
static int dispatch(const struct invocation *invocation, int argc, char **argv)
{
    const bool is_run = !invocation->completes && strcmp(argv[0], "run") == 0;
    struct error error = {.party = ERROR_NONE};
    struct command_context context = {.settings = &invocation->settings,
                                      .completes = invocation->completes};
    int status;

    if (is_run && (invocation->record || invocation->replay)) {
        error_set(&error, ERROR_USER,
                  "--record and --replay are not for `atelier run`, which asks more than "
                  "Slurm's answers");
    } else if (is_run) {
        argv[0] = "atelier run";
        return run_main(argc, argv, &invocation->settings);
    }
    context.record = open_record(invocation, &error);
    if (error.party != ERROR_NONE) {
        slurm_record_destroy(context.record);
        fprintf(stderr, "atelier: %s\n", error.text);
        return COMMAND_USAGE;
    }
    status = command_host_run(&context, argc, argv);
    slurm_record_destroy(context.record);
    return status;
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
    setlocale(LC_CTYPE, "C.UTF-8"); /* by which tables measure words */
    settings_init(&invocation.settings);
    argv[0] = "atelier";
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &invocation) != 0)
        return COMMAND_USAGE;
    status = dispatch(&invocation, argc - invocation.first, argv + invocation.first);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "atelier: cannot write the output\n");
        return COMMAND_USAGE;
    }
    return status;
}
