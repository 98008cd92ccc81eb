#include "options.h"

#include "launcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *usage, *variable;
} forms[OPTION_COUNT] = {
    [OPTION_WORKSPACE] = {"workspace",
                          "run in workspace NAME, with its volumes mounted on every node "
                          "(default: $ATELIER_WORKSPACE)",
                          "ATELIER_WORKSPACE"},
    [OPTION_EXPERIMENT] = {"experiment",
                           "count the job to experiment NAME of the workspace "
                           "(default: $ATELIER_EXPERIMENT)",
                           "ATELIER_EXPERIMENT"},
    [OPTION_FRAMEWORK] = {"framework",
                          "prepare the tasks of each srun for framework NAME, such as "
                          "pytorch (default: $ATELIER_FRAMEWORK)",
                          "ATELIER_FRAMEWORK"},
};

#define VARIABLE_SIZE 96

/* Slurm's own variables for an option, by the reader:
 *     ""            the step
 *     "SLURM_SPANK_"  clients that run inside the job, and the step under --export=NONE
 *     "SPANK_"      the prolog */
static const char *slurm_variable(char *buffer, const char *reader, enum option option)
{
    snprintf(buffer, VARIABLE_SIZE, "%s_SLURM_SPANK_OPTION_atelier_%s", reader,
             forms[option].name);
    return buffer;
}

static bool runs_inside_job(void)
{
    return getenv("SLURM_JOB_ID") != NULL;
}

int options_register(struct spank_handle *spank,
                     int (*accept)(int option, const char *value, int remote))
{
    int status = 0;

    for (int i = 0; i < OPTION_COUNT; i++)
        if (job_option_register(spank, forms[i].name, "NAME", forms[i].usage, i, accept) <
            0)
            status = -1;
    return status;
}

bool options_given(const struct options *options)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options->value[i][0])
            return true;
    return false;
}

void options_keep(struct options *options, enum option option, const char *value)
{
    snprintf(options->value[option], OPTION_VALUE_SIZE, "%s", value ? value : "");
}

static void shed_outer_job(enum option option)
{
    char variable[VARIABLE_SIZE];

    unsetenv(slurm_variable(variable, "SLURM_SPANK_", option));
    unsetenv(slurm_variable(variable, "", option));
}

/* A malformed default is left out here and named by options_check, since Slurm would
 * blame an option that the user never wrote. */
static void take_default(enum option option)
{
    const char *value = getenv(forms[option].variable);
    char variable[VARIABLE_SIZE];

    if (name_is_valid(value))
        setenv(slurm_variable(variable, "SLURM_SPANK_", option), value, 0);
}

void options_take_defaults(enum place place)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!runs_inside_job())
            take_default((enum option)i);
        else if (place == PLACE_SUBMIT)
            shed_outer_job((enum option)i);
    }
}

static int refuse_name(const char *prefix, enum option option, const char *value,
                       struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    name_quote(value, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s is not the name of %s %s: a name is 1 to %d letters, digits, "
                     "'.', '_' or '-', and starts with a letter or digit",
                     prefix, quoted, option == OPTION_EXPERIMENT ? "an" : "a",
                     forms[option].name, NAME_LENGTH_MAX);
}

int options_check_name(enum option option, const char *value, struct error *error)
{
    char prefix[32];

    if (name_is_valid(value))
        return 0;
    snprintf(prefix, sizeof(prefix), "--%s", forms[option].name);
    return refuse_name(prefix, option, value ? value : "", error);
}

static int check_default(const struct options *options, enum option option,
                         struct error *error)
{
    const char *value = getenv(forms[option].variable);

    if (options->value[option][0] || !value || !*value || name_is_valid(value))
        return 0;
    return refuse_name(forms[option].variable, option, value, error);
}

static int check_needs_workspace(const struct options *options, enum option option,
                                 struct error *error)
{
    if (options->value[OPTION_WORKSPACE][0] || !options->value[option][0])
        return 0;
    return error_set(error, ERROR_USER, "--%s=%s needs --workspace", forms[option].name,
                     options->value[option]);
}

/* Only a missing launcher is the user's to mend; a submit host without the launchers'
 * directory must not keep anybody from submitting. */
static int check_framework(const struct options *options, const struct settings *settings,
                           struct error *error)
{
    struct error found = {.party = ERROR_NONE};
    const char *framework = options->value[OPTION_FRAMEWORK];

    if (!framework[0] || launcher_exists(settings->launchers, framework, &found) == 0 ||
        found.party != ERROR_USER)
        return 0;
    *error = found;
    return -1;
}

/* srun inside a job may know nothing of the job's workspace; the node knows. */
int options_check(const struct options *options, enum place place,
                  const struct settings *settings, struct error *error)
{
    bool new_job = place == PLACE_SUBMIT || !runs_inside_job();

    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!runs_inside_job() && check_default(options, (enum option)i, error) < 0)
            return -1;
        if (new_job && check_needs_workspace(options, (enum option)i, error) < 0)
            return -1;
    }
    return check_framework(options, settings, error);
}

void options_recall(struct options *options, struct spank_handle *spank)
{
    char variable[VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++) {
        char *value;

        if (options->value[i][0])
            continue;
        value = step_environment(
            spank, slurm_variable(variable, "SLURM_SPANK_", (enum option)i));
        options_keep(options, (enum option)i, value);
        free(value);
    }
}

void options_read_prolog(struct options *options)
{
    char variable[VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++)
        options_keep(options, (enum option)i,
                     getenv(slurm_variable(variable, "SPANK_", (enum option)i)));
}
