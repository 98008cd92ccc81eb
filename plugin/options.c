/* options.c: registers the options and carries their values to the nodes. */
#include "plugin/options.h"

#include "lib/agreed.h"
#include "lib/name.h"
#include "lib/policy/facts.h"
#include "lib/slurm/slurm_option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *option_variable(char *buffer, const char *prefix, enum option option)
{
    snprintf(buffer, OPTION_VARIABLE_SIZE, "%s%s", prefix, option_words[option].name);
    for (char *dash = buffer; (dash = strchr(dash, '-'));)
        *dash = '_'; /* as Slurm does */
    return buffer;
}

void options_register(struct spank_handle *spank,
                      int (*accept)(int option, const char *value, int remote))
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (spank_job_register_option(spank, option_words[i].name,
                                      option_words[i].argument, option_words[i].usage, i,
                                      accept) < 0)
            spank_job_say("Slurm refused the plugin's option %s", option_words[i].option);
}

bool options_name_workspace(const struct options *options)
{
    const char *name = options->value[OPTION_WORKSPACE];

    return name[0] && strcmp(name, NO_WORKSPACE) != 0;
}

bool options_refuse_workspace(const struct options *options)
{
    return strcmp(options->value[OPTION_WORKSPACE], NO_WORKSPACE) == 0;
}

bool options_given(const struct options *options)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (i == OPTION_WORKSPACE ? options_name_workspace(options)
                                  : options->value[i][0] != '\0')
            return true;
    return false;
}

void options_keep(struct options *options, enum option option, const char *value)
{
    if (value)
        value = option_value(option, value);
    snprintf(options->value[option], option_length_max(option) + 2, "%s",
             value ? value : "");
}

/* Slurm reads some command lines twice, and tells of the next component what the one
 * before handed on: what is there already is not added again. */
static void add_to_list(struct options *options, enum option option, const char *value)
{
    char *list = options->value[option];
    size_t length = strlen(list);

    if (options->handed_on[option] ? strcmp(list, value) == 0
                                   : length && !mount_list_missing(list, value))
        return;
    if (!length || options->handed_on[option])
        options_keep(options, option, value);
    else
        snprintf(list + length, OPTION_VALUE_SIZE - length, ",%s", value);
    options->handed_on[option] = false;
}

void options_add(struct options *options, enum option option, const char *value)
{
    if (option_is_list(option) && value)
        add_to_list(options, option, value);
    else
        options_keep(options, option, value);
}

static int hand_on(struct options *options, enum option option,
                   struct spank_handle *spank, struct error *error)
{
    const char *list = options->value[option];
    char variable[OPTION_VARIABLE_SIZE];

    options->handed_on[option] = true;
    if (!list[0])
        return 0;
    option_variable(variable, SLURM_OPTION_FOR_STEP, option);
    if (setenv(variable, list, 1) < 0 || spank_job_hand_on(spank, variable, list) < 0)
        return error_set(error, ERROR_NODE, "cannot hand %s on to the job",
                         option_words[option].option);
    return 0;
}

int options_hand_on(struct options *options, struct spank_handle *spank,
                    struct error *error)
{
    int status = 0;

    for (int i = 0; i < OPTION_COUNT && status == 0; i++)
        if (option_is_list((enum option)i))
            status = hand_on(options, (enum option)i, spank, error);
    return status;
}

/* srun tells the steps of all components of a heterogeneous job what it was told for the
 * last one, whose lists may be others. */
static void forget_other_components(struct options *options, struct spank_handle *spank)
{
    char *size = spank_job_environment(spank, "SLURM_HET_SIZE");

    for (int i = 0; size && i < OPTION_COUNT; i++)
        if (option_is_list((enum option)i))
            options->value[i][0] = '\0';
    free(size);
}

void options_recall(struct options *options, struct spank_handle *spank)
{
    char variable[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++) {
        enum option option = (enum option)i;
        char *value;

        if (options->value[option][0])
            continue;
        value = spank_job_environment(
            spank, option_variable(variable, SLURM_OPTION_INSIDE, option));
        options_keep(options, option, value);
        free(value);
    }
    forget_other_components(options, spank);
}

void options_ignore_defaults(struct options *options, struct spank_handle *spank)
{
    for (int i = 0; options_refuse_workspace(options) && i < OPTION_COUNT; i++) {
        char *value = i != OPTION_WORKSPACE
                          ? spank_job_environment(spank, option_words[i].variable)
                          : NULL;

        if (value && strcmp(value, options->value[i]) == 0)
            options->value[i][0] = '\0';
        free(value);
    }
}

/* SLURM_ATELIER_WORKSPACE for ATELIER_WORKSPACE. */
static const char *mark_of(char buffer[OPTION_VARIABLE_SIZE], enum option option)
{
    snprintf(buffer, OPTION_VARIABLE_SIZE, "SLURM_%s", option_words[option].variable);
    return buffer;
}

void options_mark_defaults(struct spank_handle *spank, bool compat)
{
    char mark[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++) {
        enum option option = (enum option)i;
        char *value = option == OPTION_COMPAT && compat
                          ? strdup(COMPAT_BATCHAI)
                          : spank_job_environment(spank, option_words[i].variable);

        if (value)
            spank_job_environment_set(spank, mark_of(mark, option), value, true);
        else
            spank_job_environment_unset(spank, mark_of(mark, option));
        free(value);
    }
}

/* Whether the variable has the value that options_mark_defaults found. */
static bool is_marked(struct spank_handle *spank, enum option option)
{
    char mark[OPTION_VARIABLE_SIZE];
    char *of_job = spank_job_environment(spank, mark_of(mark, option));
    char *value = spank_job_environment(spank, option_words[option].variable);
    bool marked = of_job && value && strcmp(of_job, value) == 0;

    free(value);
    free(of_job);
    return marked;
}

void options_forget_job(struct spank_handle *spank)
{
    char mark[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++) {
        enum option option = (enum option)i;

        if (!option_words[option].decides)
            continue;
        if (is_marked(spank, option))
            spank_job_environment_unset(spank, option_words[option].variable);
        spank_job_environment_unset(spank, mark_of(mark, option));
    }
}

const char *option_default(enum option option)
{
    const char *value = getenv(option_words[option].variable);
    char mark[OPTION_VARIABLE_SIZE];
    const char *of_job = getenv("SLURM_JOB_ID") ? getenv(mark_of(mark, option)) : NULL;

    return value && *value && (!of_job || strcmp(value, of_job) != 0) ? value : NULL;
}

void options_read_prolog(struct options *options)
{
    for (size_t i = 0; i < facts_known_count; i++)
        if (facts_known[i].source == FACT_OF_USER)
            options_keep(options, facts_known[i].option,
                         fact_in_environment(&facts_known[i]));
}
