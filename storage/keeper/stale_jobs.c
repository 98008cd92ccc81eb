/* stale_jobs.c: clears what jobs left on the node whose keeper was killed. */
#include "storage/keeper/stale_jobs.h"

#include "lib/log.h"
#include "lib/policy/plan.h"
#include "storage/trusted_directory.h"
#include "storage/run_directory.h"
#include "storage/volume/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void log_cleared(const char *node, const char *job)
{
    struct record *line = record_create();

    if (line && record_set(line, "job", job) == 0 && record_set(line, "node", node) == 0)
        log_line("cleared", line);
    record_destroy(line);
}

/* Returns whether `job` below the directory `parent` could be removed. A lock that is
 * held means that somebody lives there. */
static bool clear_job(int parent, const char *parent_path, const char *job)
{
    int place = trusted_directory_open_at(parent, parent_path, job, false, 0, NULL);
    int fd = place < 0 ? -1 : openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char temp[PLAN_PATH_SIZE];
    bool cleared = false;

    if (fd >= 0 && run_directory_same_mount(parent, fd) &&
        flock(fd, LOCK_EX | LOCK_NB) == 0) {
        if (run_directory_take_temp(fd, temp) == 0)
            scratch_sweep(temp);
        run_directory_empty(fd);
        cleared = unlinkat(parent, job, AT_REMOVEDIR) == 0;
    }
    if (fd >= 0)
        close(fd);
    if (place >= 0)
        close(place);
    return cleared;
}

static void clear_jobs(DIR *list, const char *path, const char *node)
{
    const struct dirent *entry;

    while ((entry = readdir(list)))
        if (run_directory_is_job(entry->d_name) &&
            clear_job(dirfd(list), path, entry->d_name))
            log_cleared(node, entry->d_name);
}

void stale_jobs_clear(const char *run, const char *node)
{
    int fd = run_directory_open_node(run, node);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    char path[RUN_DIRECTORY_PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", run, node);
    if (list) {
        clear_jobs(list, path, node);
        closedir(list);
    } else if (fd >= 0)
        close(fd);
}
