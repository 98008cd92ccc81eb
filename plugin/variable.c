#include "variable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VARIABLE_MAX (128 << 10) /* MAX_ARG_STRLEN: "NAME=VALUE" with its NUL */
#define NAME_MAX_HERE 128        /* bytes; longer names are nobody's */

static int write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t written = write(fd, text, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        text += written;
        left -= (size_t)written;
    }
    return 0;
}

/* The descriptor stays open: the task inherits it. Nobody may change what it holds. */
int variable_set_file(struct spank_handle *spank, const char *name, const char *text,
                      struct error *error)
{
    char path[32];
    int fd = memfd_create(name, MFD_ALLOW_SEALING);

    if (fd < 0 || write_all(fd, text) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) <
            0) {
        error_set(error, ERROR_NODE, "cannot keep the text of %s: %s", name,
                  strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return variable_set(spank, name, path, true, error);
}

static int set_long(struct spank_handle *spank, const char *name, const char *value,
                    bool overwrite, struct error *error)
{
    char file[NAME_MAX_HERE + sizeof("_FILE")];
    char *earlier = overwrite ? NULL : step_environment(spank, name);

    free(earlier);
    if (earlier)
        return 0;
    step_environment_unset(spank, name);
    snprintf(file, sizeof(file), "%s_FILE", name);
    return variable_set_file(spank, file, value, error);
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
    if (step_environment_set(spank, name, value, overwrite) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "cannot set %s in the task's environment", name);
}

int variable_set_or_unset(struct spank_handle *spank, const char *name, const char *value,
                          struct error *error)
{
    if (value && *value)
        return variable_set(spank, name, value, true, error);
    step_environment_unset(spank, name);
    return 0;
}

int variable_read_number(struct spank_handle *spank, const char *name, bool needed,
                         unsigned *number, struct error *error)
{
    char *text = step_environment(spank, name);
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
