/* variable.c: reads a variable of the task's environment, whatever its length. */
#include "plugin/variable.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE_MAX (128 << 10) /* MAX_ARG_STRLEN: "NAME=VALUE" with its NUL */
#define NAME_MAX_HERE 128        /* bytes; longer names are nobody's */

/* Others may write the same file at the same time. Renaming a draft makes sure that a
 * reader sees all of one text. */
static int write_file(const char *path, const char *text)
{
    char draft[PATH_MAX];
    FILE *file;
    bool good;

    if (snprintf(draft, sizeof(draft), "%s.%d", path, (int)getpid()) >= PATH_MAX)
        return -1;
    unlink(draft); /* of an earlier process with this number */
    file = fopen(draft, "wxe");
    if (!file)
        return -1;
    good = fputs(text, file) >= 0;
    if (fclose(file) != 0 || !good || rename(draft, path) < 0) {
        unlink(draft);
        return -1;
    }
    return 0;
}

int variable_set_file(struct spank_handle *spank, const char *name, const char *file,
                      const char *text, struct error *error)
{
    char *directory = spank_job_environment(spank, "ATELIER_JOB_TEMP");
    char path[PATH_MAX] = "";
    int status;

    errno = directory ? ENAMETOOLONG : ENOENT;
    if (directory && snprintf(path, sizeof(path), "%s/.%s", directory, file) < PATH_MAX &&
        write_file(path, text) == 0)
        status = variable_set(spank, name, path, true, error);
    else
        status = error_set(error, ERROR_NODE,
                           "cannot write the file of %s in the job's directory %s: %s; "
                           "tell your administrator",
                           name, directory ? directory : "(none)", strerror(errno));
    free(directory);
    return status;
}

static int set_long(struct spank_handle *spank, const char *name, const char *value,
                    bool overwrite, struct error *error)
{
    char variable[NAME_MAX_HERE + sizeof("_FILE")], file[NAME_MAX_HERE + 32];
    char *earlier = overwrite ? NULL : spank_job_environment(spank, name);

    free(earlier);
    if (earlier)
        return 0;
    spank_job_environment_unset(spank, name);
    snprintf(variable, sizeof(variable), "%s_FILE", name);
    snprintf(file, sizeof(file), "%s.%d", name, (int)getpid());
    return variable_set_file(spank, variable, file, value, error);
}

bool variable_fits(const char *name, const char *value)
{
    return strlen(name) + strlen(value) + sizeof("=") <= VARIABLE_MAX;
}

int variable_set(struct spank_handle *spank, const char *name, const char *value,
                 bool overwrite, struct error *error)
{
    if (strlen(name) <= NAME_MAX_HERE && !variable_fits(name, value))
        return set_long(spank, name, value, overwrite, error);
    if (spank_job_environment_set(spank, name, value, overwrite) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "cannot set %s in the task's environment", name);
}

int variable_set_or_unset(struct spank_handle *spank, const char *name, const char *value,
                          struct error *error)
{
    if (value && *value)
        return variable_set(spank, name, value, true, error);
    spank_job_environment_unset(spank, name);
    return 0;
}

int variable_read_number(struct spank_handle *spank, const char *name, bool needed,
                         unsigned *number, struct error *error)
{
    char *text = spank_job_environment(spank, name);
    char *end = text;
    unsigned long value = 0;

    *number = 0;
    if (!text && !needed)
        return 0;
    errno = 0;
    if (text && *text >= '0' && *text <= '9')
        value = strtoul(text, &end, 10);
    if (!text || end == text || *end || errno || value > 0xffffffffUL) {
        free(text);
        return error_set(error, ERROR_NODE,
                         "Slurm did not set %s to a number, which the framework's "
                         "launcher needs",
                         name);
    }
    free(text);
    *number = (unsigned)value;
    return 0;
}
