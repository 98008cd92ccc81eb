#include "slurm_place.h"

#include "slurm_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where slurmd keeps what slurmctld sent it: "configless". */
#define SENT "/run/slurm/conf/"

/* The value of `key` in what `scontrol show config` said; "" when it is not there. */
static void read_key(const char *config, const char *key, char value[SETTINGS_PATH_SIZE])
{
    const char *line = strstr(config, key);

    value[0] = '\0';
    if (line && (line = strchr(line, '=')))
        snprintf(value, SETTINGS_PATH_SIZE, "%.*s", (int)strcspn(line + 2, "\n"),
                 line + 2);
}

/* Beside slurm.conf, wherever that is. */
static void guess_plugstack(char path[SETTINGS_PATH_SIZE])
{
    const char *named = getenv("SLURM_CONF");
    const char *slash = named ? strrchr(named, '/') : NULL;
    const char *usual = access(SENT "slurm.conf", F_OK) == 0 ? SENT : SLURM_CONF_DIR "/";

    if (slash)
        snprintf(path, SETTINGS_PATH_SIZE, "%.*splugstack.conf", (int)(slash + 1 - named),
                 named);
    else
        snprintf(path, SETTINGS_PATH_SIZE, "%splugstack.conf", usual);
}

/* slurmctld tells its own path, where a node may have what was sent. */
static void correct_plugstack(char path[SETTINGS_PATH_SIZE])
{
    if (access(path, F_OK) != 0 && access(SENT "plugstack.conf", F_OK) == 0)
        strcpy(path, SENT "plugstack.conf");
}

void slurm_place_find(struct slurm_place *place)
{
    const char *const argv[] = {"scontrol", "show", "config", NULL};
    struct error error = {.party = ERROR_NONE};
    char *config = slurm_command_run(argv, &error);

    place->plugins[0] = place->plugstack[0] = '\0';
    if (config) {
        read_key(config, "\nPluginDir", place->plugins);
        read_key(config, "\nPlugStackConfig", place->plugstack);
    }
    free(config);
    if (!place->plugins[0])
        strcpy(place->plugins, PLUGIN_DIR);
    if (place->plugstack[0] != '/')
        guess_plugstack(place->plugstack);
    correct_plugstack(place->plugstack);
}
