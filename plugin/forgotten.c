#include "forgotten.h"

#include "keeper_client.h"
#include "program.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define ASK_AGAIN_SECONDS 3600
#define ASK_MS 1000

/* Slurm's words for jobs that may have processes on their nodes, or will have an epilog.
 */
static bool is_going_on(const char *line)
{
    static const char *const states[] = {"RUNNING",     "SUSPENDED", "COMPLETING",
                                         "CONFIGURING", "STOPPED",   "SIGNALING",
                                         "STAGE_OUT",   "RESIZING"};
    const char *state = strstr(line, " JobState=");

    if (!state)
        return true; /* cut off before: nothing is known */
    state += strlen(" JobState=");
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strncmp(state, states[i], strlen(states[i])) == 0)
            return true;
    return false;
}

/* What is no clear answer is a yes. */
static bool is_alive(const struct settings *settings, unsigned id)
{
    struct error error = {.party = ERROR_NONE};
    char word[16], said[2048];
    char *words[] = {(char *)settings->scontrol, "show", "--oneliner", "job", word, NULL};
    int status;

    snprintf(word, sizeof(word), "%u", id);
    status = program_run(words, ASK_MS, said, sizeof(said), &error);
    if (status > 0)
        return !strstr(said, "Invalid job id");
    return status < 0 || is_going_on(said);
}

static unsigned number_of(const char *name)
{
    return *name && strspn(name, "0123456789") == strlen(name)
               ? (unsigned)strtoul(name, NULL, 10)
               : 0;
}

/* The first job that Slurm was not asked about for an hour, and now will be; 0: none. */
static unsigned choose(DIR *list, const struct job *job)
{
    const struct dirent *entry;
    struct stat status;

    while ((entry = readdir(list))) {
        unsigned id = number_of(entry->d_name);

        if (id == 0 || id == job->id ||
            fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISDIR(status.st_mode) || time(NULL) - status.st_mtime < ASK_AGAIN_SECONDS)
            continue;
        utimensat(dirfd(list), entry->d_name, NULL, AT_SYMLINK_NOFOLLOW);
        return id;
    }
    return 0;
}

void forgotten_end(const struct settings *settings, const struct job *job)
{
    struct error error = {.party = ERROR_NONE};
    struct job other = *job;
    char path[PATH_MAX];
    DIR *list;

    snprintf(path, sizeof(path), "%s/%s", settings->run, job->node);
    list = opendir(path);
    if (!list)
        return;
    other.id = choose(list, job);
    closedir(list);
    if (other.id == 0 || is_alive(settings, other.id))
        return;
    if (keeper_stop(settings, &other, NULL, &error) < 0)
        job_say("job %u: %s", other.id, error.text);
    job_say("job %u: ended its keeper, since Slurm knows no such job on this node any "
            "more",
            other.id);
}
