/* doctor_removal.c: whether Atelier may be taken away from this machine.
 *
 * It may when nothing of Slurm asks for it any more, and no job needs it. */
#include "cli/doctor/doctor.h"
#include "cli/doctor/doctor_check.h"
#include "cli/doctor/plugstack.h"
#include "lib/agreed.h"
#include "lib/slurm/job_state.h"
#include "lib/slurm/slurm_command.h"
#include "lib/slurm/slurm_place.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 4096

static bool is_line_gone(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    struct error error = {.party = ERROR_NONE};
    struct plugstack_line line = {.number = 0};
    struct slurm_place place;
    int count = plugstack_find_here(&place, &line, &error);

    (void)settings;
    if (count < 0)
        snprintf(text, DOCTOR_TEXT_SIZE, "%s", error.text);
    else if (count > 0)
        snprintf(text, DOCTOR_TEXT_SIZE,
                 "%s:%u still loads the plugin%s: take the line out on all machines, "
                 "and restart slurmd",
                 line.file, line.number,
                 line.required ? ", and without the file nothing would start" : "");
    else
        snprintf(text, DOCTOR_TEXT_SIZE, "no line of %s loads the plugin",
                 place.plugstack);
    return count == 0;
}

/* Comments count, too: whoever reads on finds nothing in force, and takes them out. */
static bool names_atelier(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = strstr(line, "atelier") != NULL;
    if (file)
        fclose(file);
    return found;
}

static bool are_scripts_gone(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    static const char *const names[] = {"job_submit.lua", "cli_filter.lua"};
    char path[2 * SETTINGS_PATH_SIZE];
    struct slurm_place place;

    (void)settings;
    slurm_place_find(&place);
    *strrchr(place.plugstack, '/') = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", place.plugstack, names[i]);
        if (names_atelier(path)) {
            snprintf(text, DOCTOR_TEXT_SIZE,
                     "%s asks Atelier's policy: take that out of it, or the file and "
                     "its line of slurm.conf away",
                     path);
            return false;
        }
    }
    snprintf(text, DOCTOR_TEXT_SIZE, "no script in %s asks the policy", place.plugstack);
    return true;
}

/* Slurm remembers jobs for a while after their end. The columns are of Slurm's words
 * alone, and the last ends where a record begins: a job's name cannot look like one. */
static bool needs_atelier(const char *line)
{
    enum job_state state;
    char word[33], record[9];

    if (sscanf(line, "%32s %8s", word, record) != 2 || strcmp(record, RECORD_MARK) != 0)
        return false;
    state = job_state_of(word);
    return state == JOB_STATE_GOES_ON || state == JOB_STATE_LEFT;
}

static unsigned count_jobs(char *lines)
{
    unsigned count = 0;
    const char *line;

    while ((line = strsep(&lines, "\n")))
        count += needs_atelier(line);
    return count;
}

static bool are_jobs_gone(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    static const char *const argv[] = {"squeue",   "--noheader",
                                       "--all",    "--states=all",
                                       "--Format", "State:32,admin_comment:8",
                                       NULL};
    struct error error = {.party = ERROR_NONE};
    char *jobs = slurm_command_run(argv, &error);
    unsigned count = jobs ? count_jobs(jobs) : 0;
    bool is_gone = jobs && count == 0;

    (void)settings;
    if (!jobs)
        snprintf(text, DOCTOR_TEXT_SIZE, "%s", error.text);
    else if (count > 0)
        snprintf(text, DOCTOR_TEXT_SIZE,
                 "%u job%s of workspaces in the queue: wait for the end, or "
                 "cancel: their next steps would not find their volumes and ranks",
                 count, count == 1 ? " is" : "s are");
    else
        strcpy(text, "no job of a workspace is in the queue");
    free(jobs);
    return is_gone;
}

static bool are_keepers_gone(const struct settings *settings, char text[DOCTOR_TEXT_SIZE])
{
    char pattern[2 * SETTINGS_PATH_SIZE];
    glob_t found = {.gl_pathc = 0};
    bool is_gone;

    if (access(settings->run, R_OK | X_OK) < 0 && errno != ENOENT) {
        snprintf(text, DOCTOR_TEXT_SIZE, "cannot look into %s: %s; ask as root",
                 settings->run, strerror(errno));
        return false;
    }
    snprintf(pattern, sizeof(pattern), "%s/*/[0-9]*", settings->run);
    glob(pattern, 0, NULL, &found);
    is_gone = found.gl_pathc == 0;
    if (is_gone)
        strcpy(text, "no keeper lives on this machine");
    else
        snprintf(text, DOCTOR_TEXT_SIZE,
                 "%zu keeper%s of jobs here, the first in %s: each ends with its job, "
                 "or a few minutes later where the plugin is gone",
                 found.gl_pathc, found.gl_pathc == 1 ? " is" : "s are",
                 found.gl_pathv[0]);
    globfree(&found);
    return is_gone;
}

int doctor_removal(const struct settings *settings, bool json)
{
    static const struct doctor_check checks[] = {
        {"jobs", are_jobs_gone},
        {"keepers", are_keepers_gone},
        {"line", is_line_gone},
        {"scripts", are_scripts_gone},
    };

    return doctor_ask(checks, sizeof(checks) / sizeof(checks[0]), settings, NULL, json);
}
