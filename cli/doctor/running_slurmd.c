/* running_slurmd.c: whether the slurmd that runs here has the plugin. */
#include "cli/doctor/running_slurmd.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_SIZE (PATH_MAX + 128)

/* Any user may have a process of that name. Debian's slurmd is a link to slurmd-wlm, and
 * called so since a reconfigure, for which 24.11 and later start themselves anew. */
static bool is_slurmd(const char *process)
{
    char path[PATH_MAX], name[32] = "";
    struct stat status;
    FILE *stream;

    if (stat(process, &status) < 0 || status.st_uid != 0)
        return false;
    snprintf(path, sizeof(path), "%s/comm", process);
    stream = fopen(path, "re");
    if (!stream)
        return false;
    if (!fgets(name, sizeof(name), stream))
        name[0] = '\0';
    fclose(stream);
    return strcmp(name, "slurmd\n") == 0 || strcmp(name, "slurmd-wlm\n") == 0;
}

/* Not in a container of this machine. Whether others see that is the kernel's to say. */
static bool is_here(const char *process)
{
    struct stat own, other;
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/ns/pid", process);
    if (stat(path, &other) < 0)
        return errno == EACCES || errno == EPERM;
    return stat("/proc/self/ns/pid", &own) == 0 && own.st_ino == other.st_ino;
}

/* A file that was replaced since is the plugin, too. Null: others cannot see it. */
static json_t *has_plugin(const char *process)
{
    char path[PATH_MAX], line[LINE_SIZE];
    bool found = false;
    FILE *stream;

    snprintf(path, sizeof(path), "%s/maps", process);
    stream = fopen(path, "re");
    if (!stream)
        return json_null();
    errno = 0;
    while (!found && fgets(line, sizeof(line), stream))
        found = strstr(line, "/atelier.so") != NULL;
    fclose(stream);
    return errno == EACCES || errno == EPERM ? json_null() : json_boolean(found);
}

json_t *running_slurmd(const struct command_context *context, const json_t *question,
                       struct error *error)
{
    json_t *facts = NULL;
    glob_t processes = {.gl_pathc = 0};

    (void)context;
    (void)question;
    (void)error;
    glob("/proc/[0-9]*", 0, NULL, &processes);
    for (size_t i = 0; !facts && i < processes.gl_pathc; i++)
        if (is_slurmd(processes.gl_pathv[i]) && is_here(processes.gl_pathv[i]))
            facts = json_pack("{s:o}", "has_plugin", has_plugin(processes.gl_pathv[i]));
    globfree(&processes);
    return facts ? facts : json_false();
}
