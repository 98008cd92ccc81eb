/* run_log.c: writes the output of `atelier run` and its log. */
#include "run/run_log.h"

#include "lib/slurm/slurm_option.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The first directory on the way that is not there and cannot be made, and why. Those
 * below it are missing only for that. */
struct obstacle {
    char path[PATH_MAX];
    int cause; /* an errno; 0 for none */
};

static int refuse(const char *directory, int cause, struct error *error)
{
    return error_set(error, ERROR_USER, "cannot write logs to %.300s: %s", directory,
                     strerror(cause));
}

/* Returns advice. salloc's shell is no step, and so sees no volume. */
static const char *advice(void)
{
    const char *step = getenv("ATELIER_JOB_ID"), *job = getenv("SLURM_JOB_ID");

    if (!getenv(SLURM_OPTION_INSIDE "workspace") ||
        (step && job && strcmp(step, job) == 0))
        return "";
    return "; salloc runs this beside the job's nodes, where its volumes are not: start "
           "it "
           "by sbatch, or name a directory that is there and here";
}

static void make(const char *path, struct obstacle *obstacle)
{
    int cause = mkdir(path, 0777) < 0 ? errno : 0;

    if (obstacle->cause || !cause || access(path, F_OK) == 0)
        return;
    obstacle->cause = cause;
    snprintf(obstacle->path, sizeof(obstacle->path), "%s", path);
}

int run_log_make_directory(const char *directory, struct error *error)
{
    struct obstacle obstacle = {.cause = 0};
    char path[PATH_MAX];
    struct stat status;

    if (snprintf(path, sizeof(path), "%s", directory) >= (int)sizeof(path))
        return refuse(directory, ENAMETOOLONG, error);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        make(path, &obstacle);
        *slash = '/';
    }
    make(path, &obstacle);
    if (obstacle.cause)
        return error_set(error, ERROR_USER,
                         "cannot write logs to %.300s: cannot make %.300s: %s%s",
                         directory, obstacle.path, strerror(obstacle.cause), advice());
    if (stat(path, &status) < 0)
        return refuse(directory, errno, error);
    return S_ISDIR(status.st_mode) ? 0 : refuse(directory, ENOTDIR, error);
}

int run_log_open(const char *directory, const char *name, struct error *error)
{
    char path[PATH_MAX];
    int fd = -1;

    if (snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path))
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    else
        errno = ENAMETOOLONG;
    return fd < 0 ? refuse(directory, errno, error) : fd;
}

void run_log_say(const char *directory, const char *format, ...)
{
    char path[PATH_MAX], when[32];
    time_t now = time(NULL);
    struct tm local;
    va_list arguments;
    FILE *file;

    if (!directory ||
        snprintf(path, sizeof(path), "%s/execution.log", directory) >= (int)sizeof(path))
        return;
    file = fopen(path, "ae");
    if (!file)
        return;
    strftime(when, sizeof(when), "%FT%T%z", localtime_r(&now, &local));
    fprintf(file, "%s ", when);
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
    fclose(file);
}

void run_log_announce(const char *directory, enum log_file_kind kind)
{
    if (directory)
        fprintf(stderr, "atelier run: output goes to %s/%s, errors to stderr likewise\n",
                directory, log_file_pattern(kind));
}
