/* caller.c: reads from /proc which task waits for a call. */
#include "nfs/call/caller.h"

#include "lib/number.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_SIZE 4096
#define GENERATIONS_MOST 100 /* from a task to what of root's has started its job */

#define SIGNAL_BIT(number) ((uint64_t)1 << ((number)-1))

/* The signals whose default action does not end the task. */
#define HARMLESS                                                        \
    (SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) |   \
     SIGNAL_BIT(SIGWINCH) | SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | \
     SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

static int view = -1;

void caller_look_in(int processes)
{
    view = processes;
}

/* The sets are in hexadecimal, which number.h does not read. */
static uint64_t signal_set(const char *status, const char *key)
{
    const char *line = strstr(status, key);

    return line ? strtoull(line + strlen(key), NULL, 16) : 0;
}

/* Opens what a task's directory has; `kind` is a flag of open(2), or 0. */
static int open_of(pid_t task, const char *name, int kind)
{
    char path[64];

    snprintf(path, sizeof(path), "%s%d/%s", view < 0 ? "/proc/" : "", (int)task, name);
    return openat(view, path, O_RDONLY | O_CLOEXEC | kind);
}

static bool read_status(pid_t task, char status[STATUS_SIZE])
{
    int fd = open_of(task, "status", 0);
    ssize_t length;

    if (fd < 0)
        return false;
    length = read(fd, status, STATUS_SIZE - 1);
    close(fd);
    status[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Returns the number that a line of the status has; -1 when there is none. */
static long long number_in(const char *status, const char *key)
{
    const char *line = strstr(status, key);

    return line ? (long long)number_of(line + strlen(key), UINT32_MAX) : -1;
}

bool caller_is_root(pid_t task, uid_t uid)
{
    char status[STATUS_SIZE];

    if (task == 0)
        return false;
    if (!read_status(task, status))
        return uid == 0;
    return number_in(status, "\nUid:\t") == 0;
}

/* Returns whether a thread of the process waits as nothing can interrupt. */
static bool is_held_up(pid_t process)
{
    int fd = open_of(process, "task", O_DIRECTORY);
    DIR *threads = fd < 0 ? NULL : fdopendir(fd);
    char status[STATUS_SIZE];
    struct dirent *thread;
    bool found = false;

    if (!threads && fd >= 0)
        close(fd);
    while (threads && !found && (thread = readdir(threads)))
        found =
            read_status(atoi(thread->d_name), status) && strstr(status, "\nState:\tD");
    if (threads)
        closedir(threads);
    return found;
}

bool caller_holds_root_up(pid_t task)
{
    char status[STATUS_SIZE];

    for (int generation = 0; generation < GENERATIONS_MOST && task > 0; generation++) {
        if (!read_status(task, status))
            return false;
        if (number_in(status, "\nUid:\t") == 0)
            return is_held_up(task);
        task = (pid_t)number_in(status, "\nPPid:\t");
    }
    return false;
}

bool caller_is_dying(pid_t task)
{
    char status[STATUS_SIZE];
    uint64_t pending, survived;

    if (!read_status(task, status))
        return true;
    pending = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
    survived = signal_set(status, "\nSigBlk:") | signal_set(status, "\nSigIgn:") |
               signal_set(status, "\nSigCgt:") | HARMLESS;
    return (pending & ~survived) != 0;
}

/* An exiting task gives up its memory before its files, so a task without memory is
 * exiting. PF_EXITING of /proc/PID/stat would say the same. But that file cannot be read
 * of a task in execve(2), which closes files, too: task and client would wait for each
 * other for ever. */
bool caller_is_exiting(pid_t task)
{
    char status[STATUS_SIZE];

    return read_status(task, status) && !strstr(status, "\nVmSize:");
}
