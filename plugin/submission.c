/* submission.c: checks and hands on the options in sbatch, salloc and srun. */
#include "plugin/submission.h"

#include "lib/launcher/launcher.h"
#include "lib/slurm/namespace_kind.h"
#include "lib/slurm/slurm_option.h"
#include "plugin/guard.h"
#include "plugin/new_experiment.h"
#include "plugin/srun_files.h"
#include "plugin/step_secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In salloc's shell, which is no step: what salloc was given. One hook finds it and
 * another one needs it, when the variable that has it is gone. */
static char salloc_workspace[NAME_LENGTH_MAX + 1];

static bool is_inside_job(void)
{
    return getenv("SLURM_JOB_ID") != NULL;
}

static void shed_outer_job(enum option option)
{
    char variable[OPTION_VARIABLE_SIZE];

    unsetenv(option_variable(variable, SLURM_OPTION_INSIDE, option));
    unsetenv(option_variable(variable, SLURM_OPTION_FOR_STEP, option));
}

/* Whether the command runs in a step of its job, where the volumes are; salloc's own
 * shell is none. */
static bool is_inside_step(void)
{
    const char *job = getenv("SLURM_JOB_ID"), *step = getenv("ATELIER_JOB_ID");

    return job && step && strcmp(job, step) == 0;
}

/* A step has what salloc was given: the variables that its user had before are older. */
static const char *wish(enum option option, enum place place)
{
    return place == PLACE_LAUNCH && is_inside_job() && !is_inside_step()
               ? NULL
               : option_default(option);
}

/* A malformed default is left out here and named by check_default, since Slurm would
 * blame an option that the user never wrote. That of a list waits, too: it is one only
 * where the option is not given. Inside a job Slurm's variable is the job's. */
static void take_default(enum option option, enum place place)
{
    const char *value = wish(option, place);
    char variable[OPTION_VARIABLE_SIZE];
    struct error ignored = {.party = ERROR_NONE};

    if (value && is_inside_job())
        shed_outer_job(option);
    if (!value || (option == OPTION_CHECK && strcmp(value, OPTION_GIVEN) != 0))
        return;
    if (!option_is_list(option) && option_check(option, "", value, &ignored) == 0)
        setenv(option_variable(variable, SLURM_OPTION_INSIDE, option), value, 0);
}

/* In the script of a heterogeneous job Slurm hands down the first component's words, and
 * the step may be another one's. What each component has of these, its nodes know. */
static bool is_of_one_component(enum option option)
{
    return getenv("SLURM_HET_SIZE") && !option_is_list(option) &&
           option_words[option].form != FORM_FLAG;
}

/* Must run before shed_outer_job takes the variable away. */
static void recall_salloc(void)
{
    char variable[OPTION_VARIABLE_SIZE];
    const char *value =
        getenv(option_variable(variable, SLURM_OPTION_INSIDE, OPTION_WORKSPACE));

    if (value && is_inside_job() && strcmp(value, NO_WORKSPACE) != 0)
        snprintf(salloc_workspace, sizeof(salloc_workspace), "%s", value);
}

void submission_take_defaults(enum place place)
{
    guard_unset();
    recall_salloc();
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (is_inside_job() &&
            (place == PLACE_SUBMIT || is_of_one_component((enum option)i)))
            shed_outer_job((enum option)i);
        take_default((enum option)i, place);
    }
}

static void refuse(const struct error *error)
{
    spank_job_say("%s", error->text);
    spank_job_end_client();
}

void submission_check_option(enum option option, const char *value)
{
    struct error error = {.party = ERROR_NONE};

    if (option_check(option, option_words[option].option, value, &error) < 0)
        refuse(&error);
}

/* Whether the policy has a default workspace for the job, slurmctld knows, and of a
 * step's job the node: only who wants none has none for sure. */
static bool has_no_workspace(const struct options *options, enum place place)
{
    return !(place == PLACE_LAUNCH && is_inside_job()) &&
           options_refuse_workspace(options);
}

/* A variable is for all jobs of its user, also for those that it means nothing to. */
static int check_default(struct options *options, enum option option, enum place place,
                         struct error *error)
{
    const char *variable = option_words[option].variable;
    const char *value = wish(option, place);

    if (option != OPTION_WORKSPACE && value && has_no_workspace(options, place)) {
        if (strcmp(options->value[option], value) == 0)
            options->value[option][0] = '\0';
        return 0;
    }
    if (options->value[option][0] || !value)
        return 0;
    if (option_check(option, variable, value, error) < 0)
        return -1;
    if (option_is_list(option))
        options_keep(options, option, value);
    return 0;
}

static int check_workspace(const struct options *options, enum option option,
                           enum place place, struct error *error)
{
    bool is_flag = !option_words[option].argument;
    char quoted[NAME_QUOTED_SIZE];

    if (option == OPTION_WORKSPACE || !options->value[option][0] ||
        !has_no_workspace(options, place))
        return 0;
    name_quote(is_flag ? "" : options->value[option], quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s%s%s needs a workspace, which --workspace=" NO_WORKSPACE
                     " refuses",
                     option_words[option].option, is_flag ? "" : "=", quoted);
}

/* Only a missing launcher or a wrong setting is the user's to mend; a submit host without
 * the launchers' directory must not keep anybody from submitting. */
static int check_framework(const struct options *options, const struct settings *settings,
                           struct error *error)
{
    struct error found = {.party = ERROR_NONE};
    const char *asked = options->value[OPTION_FRAMEWORK];
    struct launcher launcher = {.directory = settings->launchers};

    if (!asked[0] ||
        (framework_parse(&launcher.framework, "--framework", asked, &found) == 0 &&
         launcher_check(&launcher, &found) == 0) ||
        found.party != ERROR_USER)
        return 0;
    *error = found;
    return -1;
}

/* Each use of a list may be short enough, and all of them too long. */
static int check_lists(const struct options *options, struct error *error)
{
    int status = 0;

    for (int i = 0; i < OPTION_COUNT && status == 0; i++)
        if (option_is_list((enum option)i) && options->value[i][0])
            status = option_check((enum option)i, option_words[i].option,
                                  options->value[i], error);
    return status;
}

static int check_files(const struct options *options, enum place place,
                       const struct settings *settings, struct error *error)
{
    bool inside = is_inside_step();

    return place == PLACE_LAUNCH && (inside || options_name_workspace(options))
               ? srun_files_check(settings, inside, error)
               : 0;
}

/* The step's check may have been asked for by what the job was given. */
static int prepare_check(const struct options *options, enum place place,
                         struct error *error)
{
    char variable[OPTION_VARIABLE_SIZE];

    return place == PLACE_LAUNCH &&
                   (options->value[OPTION_CHECK][0] ||
                    getenv(option_variable(variable, SLURM_OPTION_INSIDE, OPTION_CHECK)))
               ? step_secret_make(error)
               : 0;
}

/* Users easily miss that a new job does not inherit the workspace of the job around it.
 */
static void tell_of_outer_job(const struct options *options)
{
    const char *outer = is_inside_step() ? getenv(option_words[OPTION_WORKSPACE].variable)
                                         : salloc_workspace;
    char quoted[NAME_QUOTED_SIZE];

    if (!outer || !*outer || options->value[OPTION_WORKSPACE][0])
        return;
    name_quote(outer, quoted, sizeof(quoted));
    spank_job_inform("a job that is submitted inside of another one does not inherit its "
                     "workspace `%s`: say --workspace=%s, or --workspace=" NO_WORKSPACE
                     " to submit without these words",
                     quoted, quoted);
}

/* Told here already: the job may wait for long before a node can. */
static void tell_of_namespaces(const struct options *options)
{
    char setting[NAMESPACE_SETTING_SIZE];

    if (options_name_workspace(options) && namespace_kind_look(setting))
        spank_job_inform("slurm.conf has %s, of a kind that Atelier does not know: where "
                         "it makes a mount namespace of its own, the job's tasks cannot "
                         "have their volumes and end; tell your administrator",
                         setting);
}

/* salloc's command runs where salloc does. The prolog has to know, too: nothing else of
 * the job would tell that it failed. */
static int prepare_salloc(const struct options *options, struct spank_handle *spank,
                          struct error *error)
{
    static bool is_told; /* Slurm calls the hook once for each component of a job */

    if (strcmp(program_invocation_short_name, "salloc") != 0 || !options_given(options))
        return 0;
    if (spank_job_hand_on(spank, SALLOC_MARK, "1") < 0)
        return error_set(error, ERROR_NODE, "cannot tell the job that it is salloc's");
    if (!is_told && options_name_workspace(options))
        spank_job_inform("the volumes of workspace `%s` are where srun runs, not here",
                         options->value[OPTION_WORKSPACE]);
    guard_set_client();
    is_told = true;
    return 0;
}

/* A job that is to have no workspace finds the name of none in its environment. */
static void forget_workspace(const struct options *options, enum place place)
{
    const char *variable = option_words[OPTION_WORKSPACE].variable,
               *named = getenv(variable);

    if ((place == PLACE_SUBMIT || !is_inside_job()) && named &&
        options_refuse_workspace(options) && strcmp(named, NO_WORKSPACE) != 0)
        unsetenv(variable);
}

static int check_all(struct options *options, enum place place, const struct site *site,
                     struct spank_handle *spank, struct error *error)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (check_default(options, (enum option)i, place, error) < 0 ||
            check_workspace(options, (enum option)i, place, error) < 0)
            return -1;
    return check_framework(options, &site->settings, error) < 0 ||
                   check_lists(options, error) < 0 ||
                   check_files(options, place, &site->settings, error) < 0 ||
                   prepare_check(options, place, error) < 0 ||
                   options_hand_on(options, spank, error) < 0
               ? -1
               : prepare_salloc(options, spank, error);
}

void submission_check(struct options *options, enum place place, const struct site *site,
                      struct spank_handle *spank)
{
    struct error error = {.party = ERROR_NONE};

    if (options_given(options) && site->failure.party)
        spank_job_say("%s", site->failure.text);
    if (check_all(options, place, site, spank, &error) < 0)
        refuse(&error);
    if (place == PLACE_SUBMIT)
        tell_of_outer_job(options);
    if (place == PLACE_SUBMIT || !is_inside_job())
        tell_of_namespaces(options);
    forget_workspace(options, place);
    if (place == PLACE_SUBMIT || !is_inside_job())
        new_experiment_tell(options, &site->settings);
}

void submission_report(const struct site *site)
{
    srun_files_report(&site->settings);
}
