/* run.c: a framework's processes on the allocation, started together and ended together.
 */
#include "run/run.h"

#include "run/option_number.h"
#include "run/rank_command.h"
#include "run/run_command.h"
#include "run/run_directories.h"
#include "run/run_job.h"
#include "run/run_log.h"
#include "run/run_loss.h"
#include "run/run_plan.h"
#include "run/run_step.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASKS_MAX 100000
#define ROLES_MAX 16
#define COMPONENTS_MAX 127 /* components of a heterogeneous job, as Slurm bounds them */
#define SRUN_OPTIONS_MAX 32

struct run_arguments {
    struct run_wish wish;
    const char *prepare, *logs, *log_directory, *mpi, *component;
    char *inputs, *outputs; /* of all uses of the option, joined by commas */
    const char *roles[ROLES_MAX], *srun_options[SRUN_OPTIONS_MAX];
    size_t role_count, srun_option_count;
    enum { CHECK_DEFAULT, CHECK_YES, CHECK_NO } check;
    char **command; /* ends in NULL; may be empty */
};

struct run {
    const struct run_arguments *arguments;
    const struct settings *settings;
    struct run_allocation allocation;
    struct run_plan plan;
    const char *directory; /* for logs; NULL for none */
    enum log_file_kind logs;
};

enum {
    PREPARE = 1,
    LOGS,
    LOG_DIR,
    ROLE,
    MPI,
    SRUN,
    WORKERS,
    SERVERS,
    CHECK,
    NO_CHECK,
    COMPONENT,
    INPUT,
    OUTPUT
};

static const struct argp_option options[] = {
    {"framework", 'f', "NAME[:SETTING,...]", 0,
     "As of srun (default: $ATELIER_FRAMEWORK, the job's)", 0},
    {"processes", 'n', "N", 0,
     "How many processes in all (default: one for each GPU, else what the job asked for "
     "by --ntasks, else one for each node)",
     0},
    {"workers", WORKERS, "N", 0, "How many that are no parameter servers", 0},
    {"parameter-servers", SERVERS, "N", 0, "How many that are, at most one on a node", 0},
    {"role", ROLE, "ROLE=COMMAND", 0, "What the processes of a role run", 0},
    {"input", INPUT, "ID=PATH", 0,
     "Tell the processes of a directory as $ATELIER_INPUT_ID", 0},
    {"output", OUTPUT, "ID=PATH", 0,
     "Make a directory and tell the processes of it as $ATELIER_OUTPUT_ID", 0},
    {"prepare", PREPARE, "COMMAND", 0, "What each node runs once, before all else", 0},
    {"logs", LOGS, "KIND", 0,
     "Output `merged' into one, by `rank' or by `role' (default: what suits the "
     "framework)",
     0},
    {"log-dir", LOG_DIR, "DIR", 0, "Write output and a log of the run to files in DIR",
     0},
    {"check", CHECK, NULL, 0,
     "See first that all processes are there and reach their meeting point (default in "
     "a workspace's job)",
     0},
    {"no-check", NO_CHECK, NULL, 0, "Do not check", 0},
    {"mpi", MPI, "TYPE", 0, "As of srun, in place of the framework's", 0},
    {"het-group", COMPONENT, "N", 0,
     "On this component of a heterogeneous job (default: 0)", 0},
    {"srun", SRUN, "OPTION", 0, "Hand OPTION on to srun", 0},
    {0},
};

static void add_word(const char **words, size_t *count, size_t most, const char *word,
                     const char *option, struct argp_state *state)
{
    if (*count == most)
        argp_error(state, "%s can be given %zu times at most", option, most);
    words[(*count)++] = word;
}

static void add_role(struct run_arguments *arguments, const char *text,
                     struct argp_state *state)
{
    size_t length = strcspn(text, "=");

    if (length == 0 || !text[length] || !text[length + 1])
        argp_error(state, "--role=%s: ROLE=COMMAND is wanted, such as ps='python3 ps.py'",
                   text);
    add_word(arguments->roles, &arguments->role_count, ROLES_MAX, text, "--role", state);
}

static void join(char **list, const char *text, struct argp_state *state)
{
    char *joined = NULL;

    if (asprintf(&joined, "%s%s%s", *list ? *list : "", *list ? "," : "", text) < 0)
        argp_failure(state, STEP_REFUSED, 0, "out of memory");
    free(*list);
    *list = joined;
}

static const char *kind_of_logs(const char *text, struct argp_state *state)
{
    if (strcmp(text, "merged") != 0 && strcmp(text, "rank") != 0 &&
        strcmp(text, "role") != 0)
        argp_error(state, "--logs=%s: `merged', `rank' or `role' is wanted", text);
    return text;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct run_arguments *arguments = state->input;
    struct run_wish *wish = &arguments->wish;

    switch (key) {
    case 'f':
        wish->framework = argument;
        return 0;
    case 'n':
        wish->processes = option_number("--processes", argument, 1, TASKS_MAX, state);
        wish->has_processes = true;
        return 0;
    case WORKERS:
        wish->workers = option_number("--workers", argument, 1, TASKS_MAX, state);
        wish->has_workers = true;
        return 0;
    case SERVERS:
        wish->servers =
            option_number("--parameter-servers", argument, 0, TASKS_MAX, state);
        wish->has_servers = wish->servers > 0;
        return 0;
    case INPUT:
        join(&arguments->inputs, argument, state);
        return 0;
    case OUTPUT:
        join(&arguments->outputs, argument, state);
        return 0;
    case ROLE:
        add_role(arguments, argument, state);
        return 0;
    case PREPARE:
        arguments->prepare = argument;
        return 0;
    case LOGS:
        arguments->logs = kind_of_logs(argument, state);
        return 0;
    case LOG_DIR:
        arguments->log_directory = argument;
        return 0;
    case CHECK:
        arguments->check = CHECK_YES;
        return 0;
    case NO_CHECK:
        arguments->check = CHECK_NO;
        return 0;
    case COMPONENT:
        option_number("--het-group", argument, 0, COMPONENTS_MAX, state);
        arguments->component = argument;
        return 0;
    case MPI:
        arguments->mpi = argument;
        return 0;
    case SRUN:
        add_word(arguments->srun_options, &arguments->srun_option_count, SRUN_OPTIONS_MAX,
                 argument, "--srun", state);
        return 0;
    case ARGP_KEY_ARGS:
        arguments->command = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        arguments->command = state->argv + state->argc;
        if (arguments->role_count == 0)
            argp_error(state, "say what to run, after --");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Returns whether the step gets a launch check. The plugin checks only steps of jobs with
 * a workspace, and refuses the check in others. */
static bool is_checked(const struct run_arguments *arguments)
{
    const char *asked = getenv("ATELIER_CHECK");

    if (arguments->check != CHECK_DEFAULT)
        return arguments->check == CHECK_YES;
    return !(asked && strcmp(asked, "0") == 0) && run_job_has_workspace();
}

/* Chooses the kind of logs. Where the launcher names a kind that we do not know, logs are
 * merged. */
static void choose_logs(struct run *run)
{
    const char *asked = run->arguments->logs;
    int kind = log_file_kind_read(asked ? asked : run->plan.logs);

    if (run->directory)
        run->logs = kind < 0 ? LOG_MERGED : (enum log_file_kind)kind;
}

static int plan(struct run *run, struct error *error)
{
    const struct run_arguments *arguments = run->arguments;

    run->directory =
        arguments->log_directory ? arguments->log_directory : run_job_log_directory();
    if (arguments->logs && strcmp(arguments->logs, "merged") != 0 && !run->directory)
        return error_set(error, ERROR_USER,
                         "--logs=%s needs --log-dir=DIR, for the files", arguments->logs);
    if (run_allocation_read(&run->allocation, arguments->component, error) < 0 ||
        run_plan_make(&run->plan, &arguments->wish, &run->allocation,
                      run->settings->launchers, error) < 0 ||
        run_directories_set(arguments->inputs, arguments->outputs, error) < 0)
        return -1;
    choose_logs(run);
    if (!arguments->mpi && run_plan_choose_mpi(&run->plan, arguments->command, error) < 0)
        return -1;
    if (run->directory && run_log_make_directory(run->directory, error) < 0)
        return -1;
    /* A preparation may bring the command. */
    if (!arguments->prepare && arguments->command[0])
        return rank_command_check(arguments->command, error);
    return 0;
}

/* Prints what went wrong in a step, and returns its status. */
static int tell(const struct run *run, const struct run_step_result *result)
{
    if (result->sentence[0]) {
        fprintf(stderr, "atelier run: %s\n", result->sentence);
        run_log_say(run->directory, "%s", result->sentence);
    }
    return result->status;
}

/* Runs a step; the caller has filled in the processes of `request`, and where srun's
 * output goes. */
static int run_srun(const struct run *run, char **srun, const struct run_wording *wording,
                    struct run_step_request request)
{
    struct run_step_result result = {.status = STEP_REFUSED};

    request.srun = srun;
    request.job = run->allocation.job;
    request.directory = run->directory;
    request.logs = wording->logs;
    if (srun)
        run_step(&request, &result);
    else
        snprintf(result.sentence, sizeof(result.sentence), "out of memory");
    run_command_free(srun);
    return tell(run, &result);
}

static int prepare(const struct run *run)
{
    char *command[] = {(char *)"sh", (char *)"-c", (char *)run->arguments->prepare, NULL};
    const unsigned nodes = (unsigned)run->allocation.nodes.count;
    const struct run_wording wording = {.program = run->settings->rank,
                                        .directory = run->directory,
                                        .logs = !run->directory ? LOG_LABEL
                                                : nodes == 1    ? LOG_PREPARE
                                                                : LOG_PREPARE_NODE,
                                        .command = command};
    int status;

    run_log_say(run->directory, "job %u: preparation on %u nodes: %s",
                run->allocation.job, nodes, run->arguments->prepare);
    status = run_srun(run, run_command_preparation(&run->allocation, &wording), &wording,
                      (struct run_step_request){.tasks = nodes,
                                                .is_preparation = true,
                                                .output = STDOUT_FILENO,
                                                .errors = STDERR_FILENO});
    run_log_say(run->directory, "preparation ended with status %d", status);
    return status;
}

static int start_ranks(const struct run *run, int output, int errors)
{
    const struct run_arguments *arguments = run->arguments;
    const struct run_wording wording = {.program = run->settings->rank,
                                        .directory = run->directory,
                                        .logs = run->logs,
                                        .mpi = arguments->mpi,
                                        .check = is_checked(arguments),
                                        .srun_options = arguments->srun_options,
                                        .srun_option_count = arguments->srun_option_count,
                                        .roles = arguments->roles,
                                        .role_count = arguments->role_count,
                                        .command = arguments->command};
    int status;

    run_log_say(run->directory, "job %u: %u processes on %u nodes, framework %s",
                run->allocation.job, run->plan.tasks, run->plan.nodes,
                run->plan.framework[0] ? run->plan.framework : "none");
    status =
        run_srun(run, run_command_ranks(&run->plan, &run->allocation, &wording), &wording,
                 (struct run_step_request){
                     .tasks = run->plan.tasks, .output = output, .errors = errors});
    run_log_say(run->directory, "ended with status %d", status);
    return status;
}

/* Opens two files for merged output, where there is a directory. */
static int start(const struct run *run, struct error *error)
{
    int output = STDOUT_FILENO, errors = STDERR_FILENO;

    if (run->logs == LOG_MERGED) {
        output = run_log_open(run->directory, "stdout.txt", error);
        errors = output < 0 ? -1 : run_log_open(run->directory, "stderr.txt", error);
        if (errors < 0)
            return STEP_REFUSED;
    }
    return start_ranks(run, output, errors);
}

/* Runs the preparation, and then the processes, whose success counts only when what they
 * wrote is safe. */
static int run_all(const struct run *run, struct error *error)
{
    struct run_loss loss;
    char *sentence;
    int status = 0;

    run_loss_begin(&loss, run_job_has_workspace() ? run->allocation.job : 0);
    if (run->arguments->prepare)
        status = prepare(run);
    if (status == 0)
        status = start(run, error);
    sentence = run_loss_end(&loss);
    if (!sentence)
        return status;
    fprintf(stderr, "atelier run: %s\n", sentence);
    run_log_say(run->directory, "%s", sentence);
    free(sentence);
    return status ? status : STEP_LOST;
}

int run_main(int argc, char **argv, const struct settings *settings)
{
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "-- COMMAND [ARGUMENT...]",
        .doc = "Runs COMMAND as the processes of a framework on the nodes of this "
               "allocation, once for each, and ends with its exit code. When one dies, "
               "the others are ended within 10 s, and the first is named."};
    struct run_arguments arguments = {.command = NULL};
    struct run run = {.arguments = &arguments, .settings = settings};
    struct error error = {.party = ERROR_NONE};
    int status = 0;

    argp_err_exit_status = STEP_REFUSED;
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
        return STEP_REFUSED;
    if (!arguments.wish.framework)
        arguments.wish.framework = run_job_framework(arguments.component);
    if (plan(&run, &error) == 0) {
        run_log_announce(run.directory, run.logs);
        run_command_clean_environment();
        status = run_all(&run, &error);
    }
    free(arguments.inputs);
    free(arguments.outputs);
    run_plan_release(&run.plan);
    run_allocation_release(&run.allocation);
    if (!error.party)
        return status;
    fprintf(stderr, "atelier run: %s\n", error.text);
    return STEP_REFUSED;
}
