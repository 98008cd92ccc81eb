/* outage_note.c: shares a file server's silence with the keepers of other jobs. */
#include "storage/outage_note.h"

#include "storage/trusted_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SILENT "silent."
#define TEXT_SIZE 4096 /* the longest target of a link */
#define JOBS_MAX 256

void outage_note_servers(const struct run_directory *directory, const char *text)
{
    unlinkat(directory->fd, RUN_DIRECTORY_SERVERS, 0);
    if (symlinkat(text, directory->fd, RUN_DIRECTORY_SERVERS) < 0)
        return; /* the others do without this job */
}

static int open_node(const struct run_directory *directory)
{
    return openat(directory->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void silent_name(char name[NAME_MAX], const char *server)
{
    snprintf(name, NAME_MAX, SILENT "%s", server);
}

int outage_note_claim(const struct run_directory *directory, const char *server,
                      time_t since)
{
    int node = open_node(directory), status;
    char name[NAME_MAX], text[32];

    silent_name(name, server);
    snprintf(text, sizeof(text), "%lld", (long long)since);
    status = node < 0 ? -1 : symlinkat(text, node, name);
    if (node >= 0)
        close(node);
    return status;
}

int outage_note_release(const struct run_directory *directory, const char *server,
                        time_t *since)
{
    int node = open_node(directory), status = -1;
    char name[NAME_MAX], text[32] = "";

    silent_name(name, server);
    if (node >= 0 && readlinkat(node, name, text, sizeof(text) - 1) > 0)
        status = unlinkat(node, name, 0);
    if (node >= 0)
        close(node);
    *since = (time_t)strtoll(text, NULL, 10);
    return status;
}

/* Returns whether `text`, a job's note, names the server, and adds the calls that wait
 * for it. */
static bool find_server(char *text, const char *server, unsigned long *calls)
{
    size_t length = strlen(server);

    for (char *word = strtok(text, ","); word; word = strtok(NULL, ",")) {
        if (strncmp(word, server, length) != 0)
            continue;
        if (word[length] == '=')
            *calls += strtoul(word + length + 1, NULL, 10);
        if (word[length] == '=' || word[length] == '\0')
            return true;
    }
    return false;
}

static bool job_has(int node, const char *job, const char *server, unsigned long *calls)
{
    char text[TEXT_SIZE];

    return run_directory_read_note(node, job, RUN_DIRECTORY_SERVERS, text,
                                   sizeof(text)) &&
           find_server(text, server, calls);
}

static int compare(const void *one, const void *other)
{
    unsigned long a = *(const unsigned long *)one, b = *(const unsigned long *)other;

    return a < b ? -1 : a > b;
}

static void write_jobs(unsigned long *list, size_t count, char *jobs, size_t size)
{
    size_t used = 0;

    jobs[0] = '\0';
    qsort(list, count, sizeof(*list), compare);
    for (size_t i = 0; i < count && used + 24 < size; i++)
        used += (size_t)sprintf(jobs + used, "%s%lu", i ? "," : "", list[i]);
}

void outage_note_gather(const struct run_directory *directory, const char *server,
                        char *jobs, size_t size, unsigned long *calls)
{
    int node = open_node(directory);
    DIR *list = node < 0 ? NULL : fdopendir(node);
    unsigned long found[JOBS_MAX];
    const struct dirent *entry;
    size_t count = 0;

    *calls = 0;
    while (list && count < JOBS_MAX && (entry = readdir(list)))
        if (run_directory_is_job(entry->d_name) &&
            job_has(dirfd(list), entry->d_name, server, calls))
            found[count++] = strtoul(entry->d_name, NULL, 10);
    write_jobs(found, count, jobs, size);
    if (list)
        closedir(list);
    else if (node >= 0)
        close(node);
}

/* Returns whether the directory has nothing but such notes, and removes them if
 * wished. */
static bool look_through(DIR *list, bool unlink_them)
{
    const struct dirent *entry;

    rewinddir(list);
    while ((entry = readdir(list))) {
        if (strncmp(entry->d_name, SILENT, strlen(SILENT)) != 0) {
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                return false;
        } else if (unlink_them) {
            unlinkat(dirfd(list), entry->d_name, 0);
        }
    }
    return true;
}

void outage_note_clear(const char *path)
{
    int place = trusted_directory_open(path, false, 0, NULL);
    int fd = place < 0 ? -1 : openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);

    if (list && look_through(list, false))
        look_through(list, true);
    if (list)
        closedir(list);
    else if (fd >= 0)
        close(fd);
    if (place >= 0)
        close(place);
}
