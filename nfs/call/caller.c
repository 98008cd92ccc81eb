/* caller.c: reads from /proc which task waits for a call. */
#include "nfs/call/caller.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_SIZE 4096

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

static uint64_t signal_set(const char *status, const char *key)
{
    const char *line = strstr(status, key);

    return line ? strtoull(line + strlen(key), NULL, 16) : 0;
}

static bool read_status(pid_t task, char status[STATUS_SIZE])
{
    char path[64];
    ssize_t length;
    int fd;

    snprintf(path, sizeof(path), "%s%d/status", view < 0 ? "/proc/" : "", (int)task);
    fd = openat(view, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    length = read(fd, status, STATUS_SIZE - 1);
    close(fd);
    status[length > 0 ? length : 0] = '\0';
    return length > 0;
}

bool caller_is_root(pid_t task, uid_t uid)
{
    char status[STATUS_SIZE];
    const char *real;

    if (task == 0)
        return false;
    if (!read_status(task, status))
        return uid == 0;
    real = strstr(status, "\nUid:");
    return real && strtoul(real + strlen("\nUid:"), NULL, 10) == 0;
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
