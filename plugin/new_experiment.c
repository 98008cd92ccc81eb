/* new_experiment.c: has atelier-experiment ask whether an experiment is new. */
#include "plugin/new_experiment.h"

#include "lib/program.h"
#include "plugin/spank_job.h"

#include <stdio.h>

#define ASK_MS 1500 /* once for each name and user */

void new_experiment_tell(const struct options *options, const struct settings *settings)
{
    struct error ignored = {.party = ERROR_NONE};
    char policy[SETTINGS_WORD_SIZE], lua[SETTINGS_WORD_SIZE],
        scontrol[SETTINGS_WORD_SIZE], said[512];
    char *words[] = {(char *)settings->experiment,
                     policy,
                     lua,
                     scontrol,
                     (char *)options->value[OPTION_WORKSPACE],
                     (char *)options->value[OPTION_EXPERIMENT],
                     NULL};

    if (!options_name_workspace(options) || !options->value[OPTION_EXPERIMENT][0])
        return;
    snprintf(policy, sizeof(policy), "policy=%s", settings->policy);
    snprintf(lua, sizeof(lua), "lua=%s", settings->lua);
    snprintf(scontrol, sizeof(scontrol), "scontrol=%s", settings->scontrol);
    if (program_run(words, ASK_MS, said, sizeof(said), &ignored) == 0 && said[0])
        spank_job_inform("%s", said);
}
