/* slurm_place.c: finds the directory of slurm.conf on this machine. */
#include "lib/slurm/slurm_place.h"

#include "lib/slurm/slurm_command.h"

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

/* Cuts the last part of the path off. */
static void cut(char path[SETTINGS_PATH_SIZE])
{
    char *slash = strrchr(path, '/');

    if (slash)
        *slash = '\0';
}

/* slurmctld tells its own path, where a node may have what was sent. */
static void find_directory(char path[SETTINGS_PATH_SIZE], const char *config)
{
    const char *named = getenv("SLURM_CONF");

    path[0] = '\0';
    if (named)
        snprintf(path, SETTINGS_PATH_SIZE, "%s", named);
    else if (config)
        read_key(config, "\nSLURM_CONF ", path);
    if (!named && access(path, F_OK) != 0)
        strcpy(path, access(SENT "slurm.conf", F_OK) == 0 ? SENT "slurm.conf"
                                                          : SLURM_CONF_DIR "/slurm.conf");
    cut(path);
}

static void correct_plugstack(char path[SETTINGS_PATH_SIZE])
{
    if (access(path, F_OK) != 0 && access(SENT "plugstack.conf", F_OK) == 0)
        strcpy(path, SENT "plugstack.conf");
}

void slurm_place_read(struct slurm_place *place, const char *config)
{
    place->plugins[0] = place->plugstack[0] = '\0';
    if (config) {
        read_key(config, "\nPluginDir", place->plugins);
        read_key(config, "\nPlugStackConfig", place->plugstack);
    }
    if (!place->plugins[0])
        strcpy(place->plugins, PLUGIN_DIR);
    find_directory(place->directory, config);
    if (place->plugstack[0] != '/')
        snprintf(place->plugstack, SETTINGS_PATH_SIZE, "%.*s/plugstack.conf",
                 SETTINGS_PATH_SIZE - 16, place->directory);
    correct_plugstack(place->plugstack);
}

void slurm_place_find(struct slurm_place *place)
{
    const char *const argv[] = {"scontrol", "show", "config", NULL};
    struct error error = {.party = ERROR_NONE};
    char *config = slurm_command_run(argv, &error);

    slurm_place_read(place, config);
    free(config);
}
