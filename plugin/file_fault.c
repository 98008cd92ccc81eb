/* file_fault.c: finds why a file of a step cannot be opened, as the user. */
#include "plugin/file_fault.h"

#include "lib/name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <slurm/slurm_version.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN 140      /* bytes of a path in a sentence */
#define NAMES_SHOWN 8  /* a directory that holds more is not listed */
#define NAMES_SIZE 100 /* bytes of its list */

/* A sentence's end about a directory of others begins so; what it holds and whose it is
 * follow. */
#define PRIVATE "; the nearest "

static const struct {
    const char *option, *what, *verb;
    int flags;
} kinds[FILE_KINDS] = {
    [FILE_INPUT] = {"--input", "input file", "read", O_RDONLY},
    [FILE_OUTPUT] = {"--output", "output file", "written", O_WRONLY | O_CREAT},
    [FILE_ERROR] = {"--error", "error file", "written", O_WRONLY | O_CREAT},
    [FILE_DIRECTORY] = {"--chdir", "working directory", "entered", O_PATH | O_DIRECTORY},
};

/* A path that does not exist as a whole: its longest beginning that does, and the next
 * longer one. */
struct nearest {
    char path[PATH_MAX];
    char missing[PATH_MAX]; /* "" when the whole path exists */
};

const char *file_fault_option(enum file_kind kind)
{
    return kinds[kind].option;
}

bool file_fault_path(char path[PATH_MAX], const char *directory, const char *name)
{
    bool is_whole = name[0] == '/';
    int length = snprintf(path, PATH_MAX, "%s%s%s", is_whole ? "" : directory,
                          is_whole ? "" : "/", name);

    return length >= 0 && length < PATH_MAX;
}

static void cut_last(char *path)
{
    char *slash = strrchr(path, '/');

    slash[slash == path] = '\0';
}

static void find_nearest(struct nearest *nearest, const char *path)
{
    snprintf(nearest->path, sizeof(nearest->path), "%s", path);
    nearest->missing[0] = '\0';
    while (access(nearest->path, F_OK) < 0 && nearest->path[1]) {
        strcpy(nearest->missing, nearest->path);
        cut_last(nearest->path);
    }
}

static bool is_hidden(const struct dirent *entry)
{
    return entry->d_name[0] == '.';
}

/* Writes "; the nearest holds datasets, results" to `text`, or "" where that would be
 * long. */
static void list_names(const char *directory, char text[NAMES_SIZE])
{
    DIR *list = opendir(directory);
    size_t length = 0, count = 0;
    const struct dirent *entry;

    text[0] = '\0';
    while (list && (entry = readdir(list))) {
        if (is_hidden(entry))
            continue;
        length += (size_t)snprintf(text + length, NAMES_SIZE - length, "%s%s",
                                   count ? ", " : PRIVATE "holds ", entry->d_name);
        if (++count > NAMES_SHOWN || length >= NAMES_SIZE) {
            count = length = 0;
            break;
        }
    }
    if (list)
        closedir(list);
    if (count == 0)
        text[0] = '\0';
}

static int tell_missing(enum file_kind kind, const char *path, const char *where,
                        const struct nearest *nearest, struct error *error)
{
    char names[NAMES_SIZE];

    list_names(nearest->path, names);
    return error_set(error, ERROR_USER,
                     "the %s %.*s cannot be %s %s: there is no %.*s, the nearest that "
                     "exists is %.*s; correct %s, or make the directory first%s",
                     kinds[kind].what, SHOWN, path, kinds[kind].verb, where, SHOWN,
                     nearest->missing, SHOWN, nearest->path, kinds[kind].option, names);
}

static int tell_forbidden(enum file_kind kind, const char *path, const char *where,
                          const struct nearest *nearest, struct error *error)
{
    char owner[NAME_QUOTED_SIZE] = "somebody else";
    const struct passwd *user;
    struct stat status = {0};

    if (stat(nearest->path, &status) == 0 && (user = getpwuid(status.st_uid)))
        name_quote(user->pw_name, owner, sizeof(owner));
    return error_set(error, ERROR_USER,
                     "the %s %.*s cannot be %s %s: you have no right to; choose another "
                     "place by %s" PRIVATE "is %.*s, belongs to %s, and has mode %03o",
                     kinds[kind].what, SHOWN, path, kinds[kind].verb, where,
                     kinds[kind].option, SHOWN, nearest->path, owner,
                     (unsigned)status.st_mode & 07777);
}

static int tell(enum file_kind kind, const char *path, const char *where, int cause,
                struct error *error)
{
    struct nearest nearest;

    find_nearest(&nearest, path);
    if (cause == ENOENT && nearest.missing[0])
        return tell_missing(kind, path, where, &nearest, error);
    if (cause == EACCES || cause == EPERM)
        return tell_forbidden(kind, path, where, &nearest, error);
    return error_set(error, ERROR_USER,
                     "the %s %.*s cannot be %s %s: %s; choose another place by %s",
                     kinds[kind].what, SHOWN, path, kinds[kind].verb, where,
                     strerror(cause), kinds[kind].option);
}

int file_fault_find(enum file_kind kind, const char *path, const char *where,
                    struct error *error)
{
    int fd = open(path, kinds[kind].flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);

    if (fd < 0 && errno == ENXIO) /* a pipe without a reader: Slurm would wait for one */
        return 0;
    if (fd < 0)
        return tell(kind, path, where, errno, error);
    close(fd);
    return kind == FILE_DIRECTORY && access(path, X_OK) < 0
               ? tell(kind, path, where, errno, error)
               : 0;
}

/* From 23.02 on srun and slurmstepd make the directories of such a file that are missing
 * (launch.c and io.c, mkdirpath). */
static bool slurm_makes_directories(enum file_kind kind)
{
    return SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0) &&
           (kind == FILE_OUTPUT || kind == FILE_ERROR);
}

static bool may_make_in_nearest(const char *path)
{
    struct nearest nearest;

    find_nearest(&nearest, path);
    return access(nearest.path, W_OK | X_OK) == 0;
}

bool file_fault_has_directory(enum file_kind kind, const char *path)
{
    char directory[PATH_MAX];

    snprintf(directory, sizeof(directory), "%s", path);
    if (directory[0] != '/')
        return true;
    if (kind != FILE_DIRECTORY)
        cut_last(directory);
    return access(directory, F_OK) == 0;
}

int file_fault_of_directory(enum file_kind kind, const char *path, const char *where,
                            struct error *error)
{
    int cause;

    if (file_fault_has_directory(kind, path))
        return 0;
    cause = errno;
    if (cause == ENOENT && slurm_makes_directories(kind) && may_make_in_nearest(path))
        return 0;
    return tell(kind, path, where, cause, error);
}

bool file_fault_is_on_volume(const char *path)
{
    struct nearest nearest;
    struct stat found, root;

    find_nearest(&nearest, path);
    return stat(nearest.path, &found) == 0 && stat("/", &root) == 0 &&
           found.st_dev != root.st_dev;
}

const char *file_fault_notice(char notice[FAULT_NOTICE_SIZE], const struct error *fault)
{
    const char *begin = strstr(fault->text, PRIVATE);

    snprintf(notice, FAULT_NOTICE_SIZE, "%.*s",
             (int)(begin ? (size_t)(begin - fault->text) : strlen(fault->text)),
             fault->text);
    return notice;
}
