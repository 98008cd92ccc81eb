#include "options.h"

#include <stdio.h>
#include <stdlib.h>

const struct option_words option_words[OPTION_COUNT] = {
    [OPTION_WORKSPACE] = {"workspace", "--workspace", "ATELIER_WORKSPACE", "NAME",
                          "run in workspace NAME, with its volumes mounted on every node "
                          "(default: $ATELIER_WORKSPACE)"},
    [OPTION_EXPERIMENT] = {"experiment", "--experiment", "ATELIER_EXPERIMENT", "NAME",
                           "count the job to experiment NAME of the workspace "
                           "(default: $ATELIER_EXPERIMENT)"},
    [OPTION_FRAMEWORK] = {"framework", "--framework", "ATELIER_FRAMEWORK",
                          "NAME[:SETTING,...]",
                          "prepare the tasks of each srun for framework NAME, such as "
                          "pytorch or tensorflow:ps=1 (default: $ATELIER_FRAMEWORK)"},
};

const char *option_variable(char *buffer, const char *prefix, enum option option)
{
    snprintf(buffer, OPTION_VARIABLE_SIZE, "%s%s", prefix, option_words[option].name);
    return buffer;
}

void options_register(struct spank_handle *spank,
                      int (*accept)(int option, const char *value, int remote))
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (job_option_register(spank, option_words[i].name, option_words[i].argument,
                                option_words[i].usage, i, accept) < 0)
            job_say("Slurm refused the plugin's option %s", option_words[i].option);
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

int options_check_form(enum option option, const char *source, const char *value,
                       struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];
    struct framework framework;

    if (option == OPTION_FRAMEWORK)
        return framework_parse(&framework, source, value, error);
    if (name_is_valid(value))
        return 0;
    name_quote(value ? value : "", quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s is not the name of %s %s: a name is 1 to %d letters, digits, "
                     "'.', '_' or '-', and starts with a letter or digit",
                     source, quoted, option == OPTION_EXPERIMENT ? "an" : "a",
                     option_words[option].name, NAME_LENGTH_MAX);
}

void options_recall(struct options *options, struct spank_handle *spank)
{
    char variable[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++) {
        enum option option = (enum option)i;
        char *value;

        if (options->value[option][0])
            continue;
        value =
            step_environment(spank, option_variable(variable, OPTION_FOR_INSIDE, option));
        options_keep(options, option, value);
        free(value);
    }
}

void options_read_prolog(struct options *options)
{
    char variable[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++)
        options_keep(
            options, (enum option)i,
            getenv(option_variable(variable, OPTION_FOR_PROLOG, (enum option)i)));
}
