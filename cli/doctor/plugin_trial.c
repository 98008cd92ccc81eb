/* plugin_trial.c: has Slurm load the plugin, and reports what Slurm says. */
#include "cli/doctor/plugin_trial.h"

#include "lib/settings.h"
#include "lib/slurm/slurm_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE (2 * SETTINGS_PATH_SIZE)

static int write_file(const char *directory, const char *name, const char *content)
{
    char path[PATH_SIZE];
    FILE *file;
    int status;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "we");
    if (!file)
        return -1;
    status = fputs(content, file) < 0 ? -1 : 0;
    return fclose(file) == 0 ? status : -1;
}

static void remove_files(const char *directory)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "%s/slurm.conf", directory);
    unlink(path);
    snprintf(path, sizeof(path), "%s/plugstack.conf", directory);
    unlink(path);
    rmdir(directory);
}

/* As small a configuration as sbatch takes, with the plugin required. */
static int write_configuration(const char *directory, const char *plugins,
                               const char *plugin)
{
    char text[3 * PATH_SIZE];

    snprintf(text, sizeof(text),
             "ClusterName=trial\nSlurmctldHost=localhost\nPluginDir=%s\n"
             "PlugStackConfig=%s/plugstack.conf\n",
             plugins, directory);
    if (write_file(directory, "slurm.conf", text) < 0)
        return -1;
    snprintf(text, sizeof(text), "required %s\n", plugin);
    return write_file(directory, "plugstack.conf", text);
}

/* What sbatch has to say with the configuration in `directory`; NULL with `error`. */
static char *run_sbatch(const char *directory, struct error *error)
{
    static const char *const argv[] = {"sbatch", "--help", NULL};
    const char *before = getenv("SLURM_CONF");
    char path[PATH_SIZE], *said, *saved = before ? strdup(before) : NULL;

    snprintf(path, sizeof(path), "%s/slurm.conf", directory);
    setenv("SLURM_CONF", path, 1);
    said = slurm_command_run(argv, error);
    if (saved)
        setenv("SLURM_CONF", saved, 1);
    else
        unsetenv("SLURM_CONF");
    free(saved);
    return said;
}

char *plugin_trial(const char *plugins, const char *plugin, struct error *error)
{
    char directory[] = "/tmp/atelier-doctor.XXXXXX";
    char *said = NULL;

    if (!mkdtemp(directory)) {
        error_set(error, ERROR_NODE, "cannot make a directory in /tmp: %s",
                  strerror(errno));
        return NULL;
    }
    if (write_configuration(directory, plugins, plugin) < 0)
        error_set(error, ERROR_NODE, "cannot write in %s: %s", directory,
                  strerror(errno));
    else
        said = run_sbatch(directory, error);
    remove_files(directory);
    return said;
}
