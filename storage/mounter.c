#include "mounter.h"
#include "process.h"
#include "system.h"
#include "trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE 256
#define EXPLAIN_MS 100

static void __attribute__((format(printf, 2, 0)))
add(struct words *words, const char *format, va_list arguments)
{
    size_t left = sizeof(words->text) - words->used;
    int length = vsnprintf(words->text + words->used, left, format, arguments);

    words->is_cut |= length < 0 || (size_t)length >= left;
    words->used += words->is_cut ? 0 : (size_t)length + 1;
}

void words_add(struct words *words, const char *format, ...)
{
    va_list arguments;

    words->is_cut |= words->count == MOUNTER_WORDS_MAX;
    if (words->is_cut)
        return;
    words->word[words->count++] = words->text + words->used;
    words->word[words->count] = NULL;
    va_start(arguments, format);
    add(words, format, arguments);
    va_end(arguments);
}

void words_append(struct words *words, const char *format, ...)
{
    va_list arguments;

    if (words->is_cut || words->count == 0)
        return;
    words->used--;
    va_start(arguments, format);
    add(words, format, arguments);
    va_end(arguments);
}

bool mounter_exists(const char *program)
{
    return access(program, X_OK) == 0;
}

static int check_program(const struct words *words, const char *volume,
                         struct error *error)
{
    struct error cause = {.party = ERROR_NONE};

    if (words->is_cut)
        return error_set(error, ERROR_SITE,
                         "volume `%s`: its words are too long for a command line",
                         volume);
    if (!mounter_exists(words->word[0]))
        return error_set(error, ERROR_NODE,
                         "volume `%s` needs the program %s, which this node does not "
                         "have: install it",
                         volume, words->word[0]);
    if (trusted_file_check(words->word[0], &cause) < 0)
        return error_set(error, ERROR_SITE, "volume `%s`: %s", volume, cause.text);
    return 0;
}

static void run_program(const struct words *words)
{
    char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};

    dup2(PROCESS_SOCKET, STDERR_FILENO);
    close(PROCESS_SOCKET);
    umask(077);
    execve(words->word[0], words->word, environment);
    _exit(127);
}

/* What parses a server's answers as long as the job runs keeps of root's powers those to
 * mount and to bind a reserved port. What mounts and ends may need any. */
static void drop_powers(void)
{
    for (int power = 0; prctl(PR_CAPBSET_READ, power) >= 0; power++)
        if (power != CAP_SYS_ADMIN && power != CAP_NET_BIND_SERVICE)
            prctl(PR_CAPBSET_DROP, power);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        _exit(127);
}

static pid_t start_program(const struct words *words, int said, bool stays)
{
    pid_t child = process_fork(said);

    if (child == 0) {
        if (stays)
            drop_powers();
        run_program(words);
    }
    return child;
}

/* The last line with anything in it that the program wrote. */
static void last_line(int said, char line[LINE_SIZE])
{
    char text[1024];
    off_t end = lseek(said, 0, SEEK_END);
    off_t begin = end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0;
    ssize_t length = pread(said, text, sizeof(text), begin);
    ssize_t first;

    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        length--;
    for (first = length; first > 0 && text[first - 1] != '\n';)
        first--;
    snprintf(line, LINE_SIZE, "%.*s", (int)(length > first ? length - first : 0),
             text + (first > 0 ? first : 0));
}

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

static int report_failure(const char *program, const char *volume, int said, int status,
                          struct error *error)
{
    char line[LINE_SIZE];

    last_line(said, line);
    if (*line)
        return error_set(error, ERROR_STORAGE, "volume `%s`: %s failed: %s", volume,
                         program, line);
    return error_set(error, ERROR_STORAGE, "volume `%s`: %s failed with %s %d", volume,
                     program, WIFEXITED(status) ? "status" : "signal",
                     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static int report_lateness(const char *program, const char *volume, int said,
                           struct error *error)
{
    char line[LINE_SIZE];

    last_line(said, line);
    return error_set(error, ERROR_STORAGE,
                     "volume `%s`: %s was not ready in time%s%s: check its server",
                     volume, program, *line ? ": " : "", line);
}

/* Standard error is memory rather than a pipe: nobody has to read it, and a program that
 * opens it by name can. */
static int open_said(const struct words *words, const char *volume, struct error *error)
{
    int said;

    if (check_program(words, volume, error) < 0)
        return -1;
    said = system_calls.memfd(volume);
    return said >= 0 ? said
                     : error_set(error, ERROR_NODE, "volume `%s`: no memory: %s", volume,
                                 strerror(errno));
}

int mounter_run(const struct words *words, const char *volume,
                const struct deadline *deadline, struct error *error)
{
    int said = open_said(words, volume, error);
    int status = 0, result = 0;
    pid_t child;

    if (said < 0)
        return -1;
    child = start_program(words, said, false);
    if (child < 0)
        result = error_set(error, ERROR_NODE, "volume `%s`: cannot start a process: %s",
                           volume, strerror(errno));
    else if (process_wait(child, deadline, &status) < 0) {
        process_kill(child);
        result = report_lateness(base_name(words->word[0]), volume, said, error);
    } else if (status != 0)
        result = report_failure(base_name(words->word[0]), volume, said, status, error);
    close(said);
    return result;
}

/* By the kernel's own list: nothing is asked of who serves the mount. */
static bool is_mounted(const char *target)
{
    FILE *list = fopen("/proc/self/mountinfo", "re");
    char line[4096], path[1024];
    bool found = false;

    while (list && !found && fgets(line, sizeof(line), list))
        found = sscanf(line, "%*u %*u %*s %*s %1023s", path) == 1 &&
                strcmp(path, target) == 0;
    if (list)
        fclose(list);
    return found;
}

/* The kernel raises POLLPRI on its list of mounts when that changes. */
static int await_mount(const struct mounter *mounter, const char *target,
                       const struct deadline *deadline)
{
    int list =
        system_calls.openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    struct pollfd polled[] = {{.fd = list, .events = POLLPRI},
                              {.fd = mounter->watch, .events = POLLIN}};
    bool mounted = false;

    while (list >= 0 && !(mounted = is_mounted(target)) && !polled[1].revents &&
           !deadline_passed(deadline))
        poll(polled, 2, deadline_left(deadline));
    if (list >= 0)
        close(list);
    return mounted ? 0 : -1;
}

static int report_no_mount(struct mounter *mounter, const char *volume,
                           struct error *error)
{
    struct deadline now = deadline_after(0);
    int status;

    if (mounter->watch >= 0 && process_wait(mounter->process, &now, &status) == 0) {
        mounter->process = 0;
        return report_failure(mounter->program, volume, mounter->said, status, error);
    }
    return report_lateness(mounter->program, volume, mounter->said, error);
}

/* The program ends a moment after its mount has failed. */
int mounter_explain(struct mounter *mounter, const char *volume, struct error *error)
{
    struct deadline soon = deadline_after(EXPLAIN_MS);
    int status;

    if (mounter->process > 0 && process_wait(mounter->process, &soon, &status) == 0) {
        mounter->process = 0;
        error_clear(error);
        report_failure(mounter->program, volume, mounter->said, status, error);
    }
    return -1;
}

int mounter_start(struct mounter *mounter, const struct words *words, const char *volume,
                  const char *target, const struct deadline *deadline,
                  struct error *error)
{
    struct deadline now = deadline_after(0);

    *mounter = (struct mounter){.watch = -1, .said = open_said(words, volume, error)};
    snprintf(mounter->program, sizeof(mounter->program), "%s", base_name(words->word[0]));
    if (mounter->said < 0)
        return -1;
    mounter->process = start_program(words, mounter->said, true);
    if (mounter->process < 0) {
        mounter->process = 0;
        error_set(error, ERROR_NODE, "volume `%s`: cannot start a process: %s", volume,
                  strerror(errno));
    } else {
        mounter->watch = pidfd_open(mounter->process, 0);
        if (await_mount(mounter, target, deadline) == 0) {
            fcntl(mounter->said, F_ADD_SEALS,
                  F_SEAL_GROW); /* what it says later is lost */
            return 0;
        }
        report_no_mount(mounter, volume, error);
    }
    mounter_end(mounter, &now);
    return -1;
}

int mounter_end(struct mounter *mounter, const struct deadline *deadline)
{
    int status = 0;

    if (mounter->process > 0 && process_wait(mounter->process, deadline, NULL) < 0) {
        process_kill(mounter->process);
        status = -1;
    }
    if (mounter->watch >= 0)
        close(mounter->watch);
    if (mounter->said >= 0)
        close(mounter->said);
    *mounter = (struct mounter){.watch = -1, .said = -1};
    return status;
}
