/* doctor_plugin.c: whether Slurm loads atelier.so here, and if not, what to do. */
#include "cli/doctor/doctor_check.h"
#include "cli/doctor/plugin_trial.h"
#include "cli/doctor/plugstack.h"
#include "lib/slurm/slurm_command.h"
#include "lib/slurm/slurm_place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE (2 * SETTINGS_PATH_SIZE)

/* Writes the text; returns false. */
__attribute__((format(printf, 2, 3))) static bool tell(char text[DOCTOR_TEXT_SIZE],
                                                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, DOCTOR_TEXT_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* What of `path` keeps a user who is not its owner from reading it: "" when nothing does,
 * since root's word is not enough: everybody's srun loads the plugin. */
static void find_closed(const char *path, char closed[PATH_SIZE])
{
    char part[PATH_SIZE];
    struct stat status;
    const char *slash = path;

    closed[0] = '\0';
    while (!closed[0] && (slash = strchr(slash + 1, '/'))) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (stat(part, &status) == 0 && !(status.st_mode & S_IXOTH))
            strcpy(closed, part);
    }
    if (!closed[0] && stat(path, &status) == 0 && !(status.st_mode & S_IROTH))
        snprintf(closed, PATH_SIZE, "%s", path);
}

/* The file that Slurm takes for `name`. Returns whether there is one; `path` is the last
 * that was tried otherwise. */
static bool find_file(const char *name, const char *directories, char path[PATH_SIZE])
{
    const char *end;

    if (*name == '/') {
        snprintf(path, PATH_SIZE, "%s", name);
        return access(path, F_OK) == 0;
    }
    for (const char *one = directories;; one = end + 1) {
        end = one + strcspn(one, ":");
        snprintf(path, PATH_SIZE, "%.*s/%s", (int)(end - one), one, name);
        if (access(path, F_OK) == 0)
            return true;
        if (!*end)
            return false;
    }
}

static bool tell_missing(const struct slurm_place *place, const char *path,
                         char text[DOCTOR_TEXT_SIZE])
{
    char ours[PATH_SIZE] = PLUGIN_DIR "/atelier.so", shown[PATH_SIZE];

    if (errno == EACCES)
        return tell(text, "cannot look at %s: %s", path, strerror(errno));
    snprintf(shown, sizeof(shown), "%s", place->plugins);
    if (access(ours, F_OK) == 0)
        return tell(text,
                    "the plugin is %s, but Slurm looks in %s: build with "
                    "./configure --with-plugin-dir=%.*s, or write the whole path in the "
                    "line of plugstack.conf",
                    ours, shown, (int)strcspn(shown, ":"), shown);
    return tell(text, "there is no %s: install Atelier on this machine, too", path);
}

static const char *advice_for(const char *reason)
{
    if (strstr(reason, "ncompatible"))
        return "build Atelier with the headers of the Slurm of this machine: `sbatch "
               "--version` says which";
    if (strstr(reason, "is not in the PATH"))
        return "doctor asks Slurm by it";
    if (strstr(reason, "cannot open shared object"))
        return "a library is missing here, which `ldd` names";
    return "the file is not whole, or of another kind of machine: install it again";
}

bool doctor_plugin(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct error error = {.party = ERROR_NONE};
    struct plugstack_line line = {.number = 0};
    char path[PATH_SIZE], closed[PATH_SIZE];
    struct slurm_place place;
    bool has_line;

    (void)settings;
    has_line = plugstack_find_here(&place, &line, &error) > 0;
    if (!find_file(has_line ? line.plugin : "atelier.so", place.plugins, path))
        return tell_missing(&place, path, text);
    find_closed(path, closed);
    if (*closed)
        return tell(text, "users cannot read %s: chmod a+rX %s", path, closed);
    error_clear(&error);
    if (!plugin_trial(&place, path, &error))
        return tell(text, "Slurm cannot load %s: %s; %s", path, error.text,
                    advice_for(error.text));
    snprintf(text, DOCTOR_TEXT_SIZE, "Slurm can load %s", path);
    return true;
}

static bool check_settings(const struct plugstack_line *line, char text[DOCTOR_TEXT_SIZE])
{
    struct error error = {.party = ERROR_NONE};
    struct settings settings;

    settings_init(&settings);
    return settings_apply_all(&settings, line->word_count, line->words, &error) == 0 ||
           tell(text, "%s:%u: %s", line->file, line->number, error.text);
}

/* What sbatch says with the site's own configuration. */
static bool check_effect(const struct plugstack_line *line, char text[DOCTOR_TEXT_SIZE])
{
    static const char *const argv[] = {"sbatch", "--help", NULL};
    struct error error = {.party = ERROR_NONE};
    char *help = slurm_command_run(argv, &error);
    bool is_there = help && strstr(help, "--workspace=");

    if (!help)
        tell(text, "%s; %s:%u %s the plugin", error.text, line->file, line->number,
             line->required ? "requires" : "names");
    else if (!is_there)
        tell(text,
             "sbatch has no --workspace, though %s:%u names the plugin: see the line "
             "`plugin` here",
             line->file, line->number);
    else
        snprintf(text, DOCTOR_TEXT_SIZE, "sbatch has --workspace, by %s:%u (%s)",
                 line->file, line->number, line->required ? "required" : "optional");
    free(help);
    return is_there;
}

bool doctor_line(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct error error = {.party = ERROR_NONE};
    struct plugstack_line line = {.number = 0};
    struct slurm_place place;
    int count = plugstack_find_here(&place, &line, &error);

    (void)settings;
    if (count < 0)
        return tell(text, "%s", error.text);
    if (count == 0)
        return tell(text,
                    "no line of %s loads the plugin, so sbatch has no --workspace: when "
                    "all else is well on all machines, add `required atelier.so`",
                    place.plugstack);
    if (count > 1)
        return tell(text,
                    "%d lines load the plugin, the first in %s:%u: leave one, since "
                    "Slurm would do all twice",
                    count, line.file, line.number);
    return check_settings(&line, text) && check_effect(&line, text);
}
