/* srun_files.c: notes the files of -o, -e, -i and -D for the step's nodes. */
#include "plugin/srun_files.h"

#include "lib/number.h"
#include "plugin/file_pattern.h"
#include "plugin/job_record.h"
#include "plugin/srun_options.h"
#include "plugin/step_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHOWN 140 /* bytes of a path in a sentence */
static const char *const variables[FILE_KINDS] = STEP_FILE_VARIABLES;

/* Whether the word names a file. A number does not: it says which one task srun speaks
 * with. */
static bool is_file(const char *value)
{
    return value && *value && strcmp(value, "none") != 0 && strcmp(value, "all") != 0 &&
           value[strspn(value, "0123456789")] != '\0';
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* Looks at the part of the path before its pattern, which is the same for all tasks.
 * Only volumes are looked at, since other nodes may have any other file that this one
 * lacks. */
static int check_inside(enum file_kind kind, const char *path, struct error *error)
{
    bool of_nodes = kind == FILE_DIRECTORY || file_pattern_is_of_nodes(path);
    bool is_pattern = kind != FILE_DIRECTORY && !strchr(path, '\\');
    char beginning[PATH_MAX];

    snprintf(beginning, sizeof(beginning), "%.*s",
             (int)(is_pattern ? strcspn(path, "%") : strlen(path)), path);
    return of_nodes && !file_fault_is_on_volume(beginning)
               ? 0
               : file_fault_of_directory(kind, beginning, "here", error);
}

static int check_here(enum file_kind kind, const char *path,
                      const struct settings *settings, bool inside, struct error *error)
{
    char host[65] = "this machine";

    if (inside)
        return check_inside(kind, path, error);
    if (!is_below(path, settings->mounts) || file_fault_has_directory(kind, path))
        return 0;
    gethostname(host, sizeof(host) - 1);
    return error_set(error, ERROR_USER,
                     "srun opens %s=%.*s itself on %s, where the job's volumes are not: "
                     "put %%t into the name, so that each task's node opens a file of "
                     "its own, or give it to sbatch",
                     file_fault_option(kind), SHOWN, path, host);
}

static int check_one(enum file_kind kind, const char *value, const char *directory,
                     const struct settings *settings, bool inside, struct error *error)
{
    char path[PATH_MAX];

    unsetenv(variables[kind]);
    if (!is_file(value) || !file_fault_path(path, directory, value))
        return 0;
    if (!inside && (kind == FILE_DIRECTORY || file_pattern_is_of_nodes(path)))
        return setenv(variables[kind], path, 1);
    return check_here(kind, path, settings, inside, error);
}

/* The tasks of all components have one environment, so that nothing is handed on where
 * there are several. */
static void forget_components(unsigned component)
{
    for (int kind = 0; component > 0 && kind < FILE_KINDS; kind++)
        unsetenv(variables[kind]);
}

int srun_files_check(const struct settings *settings, bool inside, struct error *error)
{
    static unsigned component; /* Slurm calls the hook once for each, in one process */
    char here[PATH_MAX] = "", directory[PATH_MAX];
    const char *value[FILE_KINDS];
    int status = 0;

    srun_options_read(component, value);
    if (!getcwd(here, sizeof(here)) ||
        !file_fault_path(directory, here,
                         value[FILE_DIRECTORY] ? value[FILE_DIRECTORY] : here))
        return 0;
    for (int kind = 0; kind < FILE_KINDS && status == 0; kind++)
        status = check_one((enum file_kind)kind, value[kind], directory, settings, inside,
                           error);
    forget_components(component++);
    return status;
}

/* Whether the sentence is about this srun: it has the beginning of one of its files'
 * names then. */
static bool speaks_of(const char *failure, enum file_kind kind)
{
    const char *name = getenv(variables[kind]);
    char beginning[PATH_MAX];

    if (!name || kind == FILE_DIRECTORY) /* of which its tasks have told */
        return false;
    snprintf(beginning, sizeof(beginning), " file %.*s", (int)strcspn(name, "%"), name);
    return strstr(failure, beginning) != NULL;
}

static bool has_handed_on(void)
{
    return getenv(variables[FILE_INPUT]) || getenv(variables[FILE_OUTPUT]) ||
           getenv(variables[FILE_ERROR]);
}

void srun_files_report(const struct settings *settings)
{
    const char *id = getenv("SLURM_JOB_ID");
    char *comment = NULL;
    const char *failure = NULL;

    if (id && has_handed_on())
        comment = job_record_comment_of(settings, id, (unsigned)number_of(id, UINT_MAX));
    if (comment)
        failure = strstr(comment, " failure=");
    if (failure && (speaks_of(failure, FILE_INPUT) || speaks_of(failure, FILE_OUTPUT) ||
                    speaks_of(failure, FILE_ERROR)))
        spank_job_say("%s", failure + strlen(" failure="));
    free(comment);
}
