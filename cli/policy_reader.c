/* policy_reader.c: checks that slurmctld's user can read the policy's files. */
#include "cli/policy_reader.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER_SIZE 256
#define UNKNOWN 255 /* the child's exit status when it could not look */

/* "SlurmUser               = slurm(64030)" */
static const struct passwd *find_reader(const json_t *known)
{
    const char *text = json_string_value(json_object_get(known, "slurm"));
    const char *line = text ? strstr(text, "\nSlurmUser ") : NULL;
    char name[USER_SIZE];

    return line && sscanf(line, " SlurmUser = %255[^( \n]", name) == 1 ? getpwnam(name)
                                                                       : NULL;
}

/* Which part of the path, from 1, the process does not get past, cutting the path there;
 * 0 when it can read the file. */
static int find_barrier(char *path)
{
    int part = 1;

    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (access(path, X_OK) < 0)
            return part;
        *slash = '/';
        part++;
    }
    return access(path, R_OK) < 0 ? part : 0;
}

/* A child looks, since access(2) asks by the process's own ids and groups. */
static int look_as(const struct passwd *reader, char *path)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (initgroups(reader->pw_name, reader->pw_gid) < 0 ||
            setgid(reader->pw_gid) < 0 || setuid(reader->pw_uid) < 0)
            _exit(UNKNOWN);
        _exit(find_barrier(path));
    }
    if (child < 0)
        return 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return WIFEXITED(status) && WEXITSTATUS(status) != UNKNOWN ? WEXITSTATUS(status) : 0;
}

/* Cuts the path behind its part; whether something was behind it. */
static bool cut(char *path, int part)
{
    char *slash = path;

    while (slash && part-- > 0)
        slash = strchr(slash + 1, '/');
    if (slash)
        *slash = '\0';
    return slash;
}

static json_t *unread(const struct passwd *reader, const char *path, bool is_directory)
{
    const struct group *group = getgrgid(reader->pw_gid);

    return json_pack("{s:s, s:b, s:s, s:o}", "path", path, "is_directory", is_directory,
                     "user", reader->pw_name, "group",
                     group ? json_string(group->gr_name)
                           : json_sprintf("%u", (unsigned)reader->pw_gid));
}

void policy_reader_add(const json_t *files, json_t *known)
{
    const struct passwd *reader = geteuid() == 0 && json_object_get(known, "job_submit")
                                      ? find_reader(known)
                                      : NULL;
    json_t *list = json_array();
    bool is_directory = false; /* then what else lies there is as hidden */
    const json_t *file;
    size_t index;

    json_array_foreach(files, index, file) {
        char *path =
            reader && !is_directory ? realpath(json_string_value(file), NULL) : NULL;
        int part = path ? look_as(reader, path) : 0;

        if (part > 0) {
            is_directory = cut(path, part);
            json_array_append_new(list, unread(reader, path, is_directory));
        }
        free(path);
    }
    json_object_set_new(known, "unread", list);
}
