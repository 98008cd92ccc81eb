/* memory_kill.c: reads of a step's control group what the kernel killed in it. */
#include "lib/slurm/memory_kill.h"

#include "lib/number.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#define PATH_SIZE 4096
#define LINE_SIZE 4096
#define COUNTED "oom_kill "
/* Version 1 calls a number of about this size "no limit". */
#define LIMIT_MOST ((uint64_t)1 << 60)

/* The directory of the step's control group. Version 1 counts in each group by itself, so
 * that the groups of the step's tasks count as well, and version 2 for all below. */
struct group {
    char path[PATH_SIZE];
    bool is_second;
};

/* Cuts a path such as /slurm/uid_7/job_5/step_0/task_0 behind the step. */
static bool cut_to_step(char *path)
{
    char *step = NULL;

    for (char *next = path; (next = strstr(next, "/step_")); next++)
        step = next;
    if (!step)
        return false;
    step[1 + strcspn(step + 1, "/\n")] = '\0';
    return true;
}

static bool names_memory(const char *controllers)
{
    const char *found = strstr(controllers, "memory");

    return found && (found == controllers || found[-1] == ',') &&
           strchr(",:", found[strlen("memory")]);
}

/* Reads a line such as 4:memory:/slurm/uid_7/job_5/step_0, or 0::/... of version 2. */
static bool read_line(const char *root, char *line, struct group *group)
{
    char *controllers = strchr(line, ':'), *path;

    if (!controllers || !(path = strchr(++controllers, ':')) || !cut_to_step(path + 1))
        return false;
    group->is_second = path == controllers;
    if (!group->is_second && !names_memory(controllers))
        return false;
    return snprintf(group->path, sizeof(group->path), "%s/sys/fs/cgroup%s%s", root,
                    group->is_second ? "" : "/memory",
                    path + 1) < (int)sizeof(group->path);
}

/* A machine of both versions has its memory in the first: that line comes first. */
static bool find_group(const char *root, struct group *group)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    bool found = false;
    FILE *file;

    snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
    file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof(line), file))
        found = read_line(root, line, group);
    if (file)
        fclose(file);
    return found;
}

/* Returns the number behind `key` at a line's beginning; 0 where there is none. */
static uint64_t read_number(const char *path, const char *key)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    uint64_t number = 0;

    while (file && number == 0 && fgets(line, sizeof(line), file))
        if (strncmp(line, key, strlen(key)) == 0)
            number = number_of(line + strlen(key), UINT64_MAX);
    if (file)
        fclose(file);
    return number;
}

static uint64_t count_kills(const struct group *group)
{
    static const char *const below[] = {"", "/*"};
    char pattern[PATH_SIZE + 32];
    uint64_t count = 0;

    for (int i = 0; i < (group->is_second ? 1 : 2); i++) {
        glob_t found = {.gl_pathc = 0};

        snprintf(pattern, sizeof(pattern), "%s%s/memory.%s", group->path, below[i],
                 group->is_second ? "events" : "oom_control");
        glob(pattern, 0, NULL, &found);
        for (size_t one = 0; one < found.gl_pathc; one++)
            count += read_number(found.gl_pathv[one], COUNTED);
        globfree(&found);
    }
    return count;
}

/* Of the step; else of the job, which is the group above. */
static uint64_t read_limit(const struct group *group)
{
    static const char *const above[] = {"", "/.."};
    char path[PATH_SIZE + 32];

    for (int i = 0; i < 2; i++) {
        uint64_t limit;

        snprintf(path, sizeof(path), "%s%s/memory.%s", group->path, above[i],
                 group->is_second ? "max" : "limit_in_bytes");
        limit = read_number(path, "");
        if (limit > 0 && limit < LIMIT_MOST)
            return limit;
    }
    return 0;
}

bool memory_kill_find(const char *root, struct memory_kill *kill)
{
    struct group group;

    *kill = (struct memory_kill){.processes = 0};
    if (!find_group(root, &group))
        return false;
    kill->processes = count_kills(&group);
    if (kill->processes > 0)
        kill->limit = read_limit(&group);
    return kill->processes > 0;
}

void memory_kill_describe(const struct memory_kill *kill, const char *node, char *text,
                          size_t size)
{
    int length = snprintf(text, size,
                          "on node %.64s the kernel killed %llu process%s of it for want "
                          "of memory",
                          node, (unsigned long long)kill->processes,
                          kill->processes == 1 ? "" : "es");

    if (length < 0 || (size_t)length >= size)
        return;
    if (kill->limit > 0)
        snprintf(text + length, size - (size_t)length,
                 ": it may use %lluM there; ask for more by --mem, or use less",
                 (unsigned long long)(kill->limit >> 20));
    else
        snprintf(text + length, size - (size_t)length,
                 ", of which the node had no more; Slurm set the job no limit");
}
