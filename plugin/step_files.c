/* step_files.c: checks the files that Slurm opens for a step on its nodes. */
#include "plugin/step_files.h"

#include "plugin/as_user.h"
#include "plugin/file_pattern.h"
#include "plugin/job_record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS 2000
#define SLURMS_REFUGE "/tmp" /* where a step begins that cannot begin where it should */

struct step_files_look {
    const struct step_files *files;
    struct spank_handle *spank;
    const struct step *step;
};

static const char *const variables[FILE_KINDS] = STEP_FILE_VARIABLES;

void step_files_take(struct step_files *files, struct spank_handle *spank)
{
    for (int kind = 0; kind < FILE_KINDS; kind++) {
        files->name[kind] = spank_job_environment(spank, variables[kind]);
        if (files->name[kind])
            spank_job_environment_unset(spank, variables[kind]);
    }
}

/* Fills in the files that slurmctld knows of a job with a script. */
static void ask_for_names(struct step_files *files, const struct settings *settings,
                          struct spank_handle *spank, const struct step *step)
{
    static const char *const fields[FILE_KINDS] = {
        [FILE_INPUT] = "StdIn",
        [FILE_OUTPUT] = "StdOut",
        [FILE_ERROR] = "StdErr",
        [FILE_DIRECTORY] = "WorkDir",
    };
    char *record = NULL;

    if (step->kind == STEP_BATCH)
        record = job_record_read(settings, spank, &step->job);
    for (int kind = 0; record && kind < FILE_KINDS; kind++) {
        free(files->name[kind]);
        files->name[kind] = job_record_value(record, fields[kind]);
    }
    free(record);
}

/* Writes the path of a file that the nodes open to `path`. Returns false for none. */
static bool find_path(const struct step_files_look *look, enum file_kind kind,
                      char path[PATH_MAX])
{
    const char *name = look->files->name[kind];
    const char *directory = look->files->name[FILE_DIRECTORY];
    char whole[PATH_MAX];

    if (!name || (name[0] != '/' && !directory))
        return false;
    if (!file_fault_path(whole, directory, name))
        return false;
    file_pattern_expand(path, whole, look->spank, look->step);
    return true;
}

static void say_where(char where[80], const struct step_files_look *look)
{
    snprintf(where, 80, "on node %.64s", look->step->job.node);
}

/* Writes the sentence to the job's standard error, which keeps it only where it is a
 * file. */
static void tell_in(const char *path, const struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                  0666);
    struct stat status;

    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        dprintf(fd, "atelier: %s\n", error->text);
    if (fd >= 0)
        close(fd);
}

static void tell_elsewhere(const struct step_files_look *look, const char *faulty,
                           const struct error *error)
{
    char output[PATH_MAX] = "", path[PATH_MAX];

    if (find_path(look, FILE_OUTPUT, output) && strcmp(output, faulty) != 0)
        tell_in(output, error);
    if (find_path(look, FILE_ERROR, path) && strcmp(path, faulty) != 0 &&
        strcmp(path, output) != 0)
        tell_in(path, error);
}

/* Looks at one file. Where it was to be in a working directory that is not there, as
 * Slurm's default files are, the fault is the directory's. */
static int look_at_one(const struct step_files_look *look, enum file_kind kind,
                       const char *path, struct error *error)
{
    const char *directory = look->files->name[FILE_DIRECTORY];
    size_t length = directory ? strlen(directory) : 0;
    struct error found = {.party = ERROR_NONE};
    char where[80];

    say_where(where, look);
    if (file_fault_find(kind, path, where, &found) == 0)
        return 0;
    if (length == 0 || strncmp(path, directory, length) != 0 || path[length] != '/' ||
        file_fault_find(FILE_DIRECTORY, directory, where, error) == 0)
        *error = found;
    return -1;
}

/* Looks at the files in the order in which Slurm opens them. */
static int look_at_files(const void *data, struct error *error)
{
    const struct step_files_look *look = data;
    char path[PATH_MAX];

    for (int kind = FILE_INPUT; kind <= FILE_ERROR; kind++)
        if (find_path(look, (enum file_kind)kind, path) &&
            look_at_one(look, (enum file_kind)kind, path, error) < 0) {
            tell_elsewhere(look, path, error);
            return -1;
        }
    return 0;
}

static int look_at_directory(const void *data, struct error *error)
{
    const struct step_files_look *look = data;
    const char *directory = look->files->name[FILE_DIRECTORY];
    char where[80];

    say_where(where, look);
    return file_fault_is_on_volume(directory)
               ? file_fault_find(FILE_DIRECTORY, directory, where, error)
               : 0;
}

void step_files_look(struct step_files *files, const struct settings *settings,
                     struct spank_handle *spank, const struct step *step)
{
    struct step_files_look look = {.files = files, .spank = spank, .step = step};

    ask_for_names(files, settings, spank, step);
    as_user(spank, &step->job, LOOK_MS, look_at_files, &look, &files->fault);
}

static bool is_in_refuge(void)
{
    char directory[PATH_MAX];

    return getcwd(directory, sizeof(directory)) && strcmp(directory, SLURMS_REFUGE) == 0;
}

void step_files_look_at_directory(struct step_files *files,
                                  const struct settings *settings,
                                  struct spank_handle *spank, const struct step *step)
{
    struct step_files_look look = {.files = files, .spank = spank, .step = step};

    if (!is_in_refuge())
        return;
    ask_for_names(files, settings, spank, step);
    if (files->name[FILE_DIRECTORY] && files->name[FILE_DIRECTORY][0] == '/')
        as_user(spank, &step->job, LOOK_MS, look_at_directory, &look, &files->fault);
}

void step_files_release(struct step_files *files)
{
    for (int kind = 0; kind < FILE_KINDS; kind++)
        free(files->name[kind]);
    memset(files, 0, sizeof(*files));
}
