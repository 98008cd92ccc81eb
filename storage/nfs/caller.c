#include "caller.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_CODE_FIELD 52 /* of /proc/PID/stat, from 1 */
#define EXIT_SIGNAL 0x7f   /* the part of an exit code that names the signal */

#define SIGNAL_BIT(number) ((uint64_t)1 << ((number)-1))

/* What these do by default is no end. */
#define HARMLESS                                                        \
    (SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) |   \
     SIGNAL_BIT(SIGWINCH) | SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | \
     SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

static uint64_t signal_set(const char *status, const char *key)
{
    const char *line = strstr(status, key);

    return line ? strtoull(line + strlen(key), NULL, 16) : 0;
}

static bool read_file(pid_t task, const char *name, char *status, size_t size)
{
    char path[64];
    ssize_t length;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)task, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    length = read(fd, status, size - 1);
    close(fd);
    status[length > 0 ? length : 0] = '\0';
    return length > 0;
}

bool caller_is_dying(pid_t task)
{
    char status[4096];
    uint64_t pending, survived;

    if (!read_file(task, "status", status, sizeof(status)))
        return true;
    pending = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
    survived = signal_set(status, "\nSigBlk:") | signal_set(status, "\nSigIgn:") |
               signal_set(status, "\nSigCgt:") | HARMLESS;
    return (pending & ~survived) != 0;
}

/* A number of /proc/PID/stat; 0 when it is not to be had. The second field is a program's
 * name, of any bytes, in parentheses. */
static unsigned long long stat_field(pid_t task, int field)
{
    char status[1024];
    const char *text;

    if (!read_file(task, "stat", status, sizeof(status)))
        return 0;
    text = strrchr(status, ')');
    for (int i = 2; text && i < field; i++) {
        text = strchr(text, ' ');
        text = text ? text + 1 : NULL;
    }
    return text ? strtoull(text, NULL, 10) : 0;
}

/* Its memory goes before its files. PF_EXITING of /proc/PID/stat would say the same, but
 * the kernel lets nobody read that file of a task in execve(2), which closes files, too:
 * task and client would wait for each other for ever. */
bool caller_is_exiting(pid_t task)
{
    char status[4096];

    return read_file(task, "status", status, sizeof(status)) &&
           !strstr(status, "\nVmSize:");
}

bool caller_was_killed(pid_t task)
{
    return (stat_field(task, EXIT_CODE_FIELD) & EXIT_SIGNAL) != 0;
}
