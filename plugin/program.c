/* program.c: runs another program as root, with nothing inherited. */
#include "program.h"

#include "deadline.h"
#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a program is looked at that says nothing. */
#define LOOK_AGAIN_MS 10

/* A killed program that waits for a dead disk or server is not waited for: init reaps
 * it. */
#define KILLED_MS 500

struct speech {
    int fd; /* the reading end of the pipe; -1 when all is read */
    char *text;
    size_t size, length;
};

/* A group of its own, so that one kill(2) reaches what it started; no signal blocked or
 * ignored, whatever the caller has. */
static int spawn_isolated(pid_t *pid, char *const words[], char *const more[], int speech)
{
    char configuration[PATH_MAX + sizeof("SLURM_CONF=")];
    char *environment[PROGRAM_MORE_MAX + 2];
    size_t count = 0;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int status;

    if (getenv("SLURM_CONF")) {
        snprintf(configuration, sizeof(configuration), "SLURM_CONF=%s",
                 getenv("SLURM_CONF"));
        environment[count++] = configuration;
    }
    while (more && *more && count <= PROGRAM_MORE_MAX)
        environment[count++] = *more++;
    environment[count] = NULL;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, speech, 2);
    posix_spawn_file_actions_adddup2(&actions, 2, 1);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    status = posix_spawn(pid, words[0], &actions, &attributes, words, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return status;
}

/* Bytes that do not fit into `text` are read too: a full pipe would stop the program. */
static void read_speech(struct speech *speech)
{
    char part[512];
    ssize_t length;

    while ((length = read(speech->fd, part, sizeof(part))) > 0) {
        size_t room = speech->size - 1 - speech->length;
        size_t kept = (size_t)length < room ? (size_t)length : room;

        memcpy(speech->text + speech->length, part, kept);
        speech->length += kept;
    }
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(speech->fd);
        speech->fd = -1;
    }
}

static void wait_for_speech(struct speech *speech, const struct deadline *deadline)
{
    struct pollfd pipe_end = {.fd = speech->fd, .events = POLLIN};
    int left = deadline_left(deadline);

    poll(&pipe_end, 1, left < LOOK_AGAIN_MS ? left : LOOK_AGAIN_MS);
    if (speech->fd >= 0)
        read_speech(speech);
}

/* Whether the program ended before the deadline. */
static bool wait_for_end(pid_t pid, struct speech *speech, int *status,
                         const struct deadline *deadline)
{
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);

        if (ended == pid || deadline_passed(deadline)) {
            if (speech->fd >= 0)
                read_speech(speech);
            return ended == pid;
        }
        wait_for_speech(speech, deadline);
    }
}

static int judge(const struct ending *ending, const char *said, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    if (WIFEXITED(ending->status) && !ending_was_not_run(ending, said))
        return WEXITSTATUS(ending->status);
    return error_set(error, ERROR_NODE, "%s",
                     ending_describe(ending, said, text, sizeof(text)));
}

static int kill_group(pid_t pid, const char *program, int milliseconds,
                      struct error *error)
{
    struct deadline deadline = deadline_after(KILLED_MS);
    struct speech none = {.fd = -1};
    int status;

    kill(-pid, SIGKILL);
    wait_for_end(pid, &none, &status, &deadline);
    return error_set(error, ERROR_NODE, "%s did not end within %d ms and was killed",
                     program, milliseconds);
}

static void finish_speech(struct speech *speech)
{
    if (speech->fd >= 0)
        close(speech->fd);
    while (speech->length > 0 && speech->text[speech->length - 1] == '\n')
        speech->length--;
    speech->text[speech->length] = '\0';
}

static pid_t start(char *const words[], char *const more[], struct speech *speech,
                   struct ending *ending, struct error *error)
{
    int ends[2];
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot make a pipe for %s: %s", words[0],
                         strerror(errno));
    ending->cause = spawn_isolated(&pid, words, more, ends[1]);
    close(ends[1]);
    speech->fd = ends[0];
    if (ending->cause) {
        close(ends[0]);
        return judge(ending, NULL, error);
    }
    fcntl(speech->fd, F_SETFL, O_NONBLOCK);
    return pid;
}

int program_run_with(char *const words[], char *const more[], int milliseconds,
                     char *said, size_t size, struct error *error)
{
    struct deadline deadline = deadline_after(milliseconds);
    struct speech speech = {.text = said, .size = size};
    struct ending ending;
    bool ended;
    pid_t pid;

    said[0] = '\0';
    ending_begin(&ending, words[0]);
    pid = start(words, more, &speech, &ending, error);
    if (pid < 0)
        return -1;
    ended = wait_for_end(pid, &speech, &ending.status, &deadline);
    finish_speech(&speech);
    if (ended)
        return judge(&ending, said, error);
    return kill_group(pid, words[0], milliseconds, error);
}

int program_run(char *const words[], int milliseconds, char *said, size_t size,
                struct error *error)
{
    return program_run_with(words, NULL, milliseconds, said, size, error);
}
