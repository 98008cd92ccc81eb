/* ending.c: learns how a program that we started ended, and says it in words. */
#include "lib/ending.h"

#include "lib/said.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXEC_FAILED 127 /* the exit code by which shells say so */

/* What glibc's loader writes before it ends a program that it cannot load. */
#define MISSING_LIBRARY "error while loading shared libraries: "
#define OTHER_RELEASE "' not found (required by "

/* Returns how many processes the kernel has killed for want of memory, be it the node's
 * or a control group's; -1 where it does not tell. */
static long long count_memory_kills(void)
{
    FILE *counters = fopen("/proc/vmstat", "re");
    long long count = -1;
    char line[128];

    while (counters && count < 0 && fgets(line, sizeof(line), counters))
        if (sscanf(line, "oom_kill %lld", &count) != 1)
            count = -1;
    if (counters)
        fclose(counters);
    return count;
}

void ending_begin(struct ending *ending, const char *program)
{
    *ending = (struct ending){.program = program, .memory_kills = count_memory_kills()};
}

void ending_share(struct ending *ending)
{
    void *shared = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ending->shared = shared == MAP_FAILED ? NULL : shared;
}

void ending_exec(const struct ending *ending, char *const words[],
                 char *const environment[])
{
    if (environment)
        execve(words[0], words, environment);
    else
        execvp(words[0], words);
    if (ending->shared)
        *ending->shared = errno;
    _exit(EXEC_FAILED);
}

void ending_release(struct ending *ending)
{
    if (ending->shared)
        munmap(ending->shared, sizeof(int));
    ending->shared = NULL;
}

int ending_cause(const struct ending *ending)
{
    return ending->shared && *ending->shared ? *ending->shared : ending->cause;
}

/* A program that is given by its path is called by the path's last part, another one by
 * all its words. */
static const char *name_of(const struct ending *ending)
{
    return *ending->program == '/' ? strrchr(ending->program, '/') + 1 : ending->program;
}

/* Returns the last line of `words` that is not blank, without the program's own name. */
static struct said_line last_line(const struct ending *ending, const char *words)
{
    return said_without(said_last_line(words), name_of(ending));
}

const char *ending_words(const struct ending *ending, const char *words, char *line,
                         size_t size)
{
    struct said_line last = last_line(ending, words);

    snprintf(line, size, "%.*s", last.length, last.text);
    return line;
}

/* Returns the loader's complaint in what the program said, of length 0 where it has
 * none. */
static struct said_line loader_line(const struct ending *ending, const char *words)
{
    const struct said_line none = {"", 0};
    const char *found;

    if (!words || !WIFEXITED(ending->status) || WEXITSTATUS(ending->status) == 0)
        return none;
    found = strstr(words, MISSING_LIBRARY);
    if (found)
        found += strlen(MISSING_LIBRARY);
    else if (strstr(words, OTHER_RELEASE))
        found = words;
    return found ? (struct said_line){found, (int)strcspn(found, "\n")} : none;
}

bool ending_was_not_run(const struct ending *ending, const char *words)
{
    return ending_cause(ending) || loader_line(ending, words).length > 0;
}

enum error_party ending_party(const struct ending *ending, const char *words,
                              enum error_party failed)
{
    return ending_was_not_run(ending, words) || WIFSIGNALED(ending->status) ? ERROR_NODE
                                                                            : failed;
}

static void explain_refusal(const char *program, char *text, size_t size)
{
    struct stat status;
    struct statvfs place;

    if (stat(program, &status) < 0)
        snprintf(text, size, "a directory of its path may not be searched");
    else if (S_ISDIR(status.st_mode))
        snprintf(text, size, "it is a directory");
    else if (!(status.st_mode & 0111))
        snprintf(text, size, "it is not executable (mode %04o)", status.st_mode & 07777u);
    else if (statvfs(program, &place) == 0 && (place.f_flag & ST_NOEXEC))
        snprintf(text, size, "its file system is mounted with noexec");
    else
        snprintf(text, size, "its mode %04o does not let this user run it",
                 status.st_mode & 07777u);
}

static void explain_format(const char *program, char *text, size_t size)
{
    FILE *file = fopen(program, "re");
    char begin[4] = "";
    size_t length = file ? fread(begin, 1, sizeof(begin), file) : 0;

    if (file)
        fclose(file);
    if (length == sizeof(begin) && memcmp(begin, "\177ELF", sizeof(begin)) == 0)
        snprintf(text, size, "it was built for another kind of machine");
    else
        snprintf(text, size, "it is %s", file && length == 0 ? "empty" : "no program");
}

/* Says why execve(2) failed. The file is looked at only where the errno leaves the cause
 * open. */
static void explain_cause(const char *program, int cause, char *text, size_t size)
{
    bool is_path = strchr(program, '/');

    if (cause == ENOENT && !is_path)
        snprintf(text, size, "it is not in the PATH");
    else if (cause == ENOENT && access(program, F_OK) == 0)
        snprintf(text, size, "the interpreter or loader that it names is not there");
    else if (cause == ENOENT)
        snprintf(text, size, "it is not there");
    else if (cause == EACCES && is_path)
        explain_refusal(program, text, size);
    else if (cause == ENOEXEC)
        explain_format(program, text, size);
    else
        snprintf(text, size, "%s", strerror(cause));
}

/* Says who killed the program: the kernel for want of memory, or else somebody who has
 * the right to do so. */
static void explain_kill(const struct ending *ending, char *text, size_t size)
{
    long long kills = count_memory_kills() - ending->memory_kills;

    if (ending->memory_kills < 0)
        snprintf(text, size, "by whom is not known");
    else if (kills > 0)
        snprintf(text, size,
                 "probably for want of memory: the kernel killed %lld process%s of this "
                 "node for that while it ran",
                 kills, kills == 1 ? "" : "es");
    else
        snprintf(text, size,
                 "not for want of memory, so by root or by another process of its user");
}

static void explain_signal(const struct ending *ending, char *text, size_t size)
{
    switch (WTERMSIG(ending->status)) {
    case SIGKILL:
        explain_kill(ending, text, size);
        return;
    case SIGXCPU:
        snprintf(text, size, "since it used up its limit of processor time");
        return;
    case SIGXFSZ:
        snprintf(text, size, "since it reached its limit of a file's size");
        return;
    case SIGHUP:
    case SIGINT:
    case SIGQUIT:
    case SIGTERM:
    case SIGUSR1:
    case SIGUSR2:
        snprintf(text, size, "by root or by another process of its user");
        return;
    default: /* SIGSEGV, SIGABRT, SIGSYS and their like */
        snprintf(text, size, "a fault of its own");
    }
}

/* Writes how the program ended, and then what it said. */
static void describe_failure(const struct ending *ending, const char *words, char *text,
                             size_t size)
{
    struct said_line line = last_line(ending, words);
    int status = WEXITSTATUS(ending->status);
    const char *silent = status == 0 ? "" : " and did not say why";
    char how[32] = "ended by itself with success";

    if (status != 0)
        snprintf(how, sizeof(how), "failed with exit code %d", status);
    snprintf(text, size, "%s %s%s%.*s", name_of(ending), how,
             line.length > 0 ? ": " : silent, line.length, line.text);
}

static void describe_kill(const struct ending *ending, const char *words, char *text,
                          size_t size)
{
    struct said_line line = last_line(ending, words);
    int signal = WTERMSIG(ending->status);
    const char *name = sigabbrev_np(signal);
    char why[160];

    explain_signal(ending, why, sizeof(why));
    snprintf(text, size, "%s was killed by signal %d (%s%s), %s%s%.*s", name_of(ending),
             signal, name ? "SIG" : "real-time", name ? name : "", why,
             line.length > 0 ? "; it said: " : "", line.length, line.text);
}

const char *ending_describe(const struct ending *ending, const char *words, char *text,
                            size_t size)
{
    struct said_line loader = loader_line(ending, words);
    int cause = ending_cause(ending);
    char why[160];

    if (cause) {
        explain_cause(ending->program, cause, why, sizeof(why));
        snprintf(text, size, "%s could not be run: %s", ending->program, why);
    } else if (loader.length > 0) {
        snprintf(text, size, "%s could not be run: %.*s", ending->program, loader.length,
                 loader.text);
    } else if (WIFSIGNALED(ending->status)) {
        describe_kill(ending, words, text, size);
    } else {
        describe_failure(ending, words, text, size);
    }
    return text;
}
