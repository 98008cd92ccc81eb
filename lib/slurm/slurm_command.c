/* slurm_command.c: runs Slurm's own programs and collects what they say. */
#include "lib/slurm/slurm_command.h"

#include "lib/deadline.h"
#include "lib/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX (64u << 20) /* bytes: a million associations */
#define CHUNK 65536
#define OWN_SENTENCE "error: atelier: " /* as slurmstepd and srun have what we say */

extern char **environ;

/* One stream of the program. */
struct stream {
    int fd; /* -1 when it has ended */
    char *text;
    size_t length, size;
};

static int open_streams(struct stream streams[2], int ends[2])
{
    for (int i = 0; i < 2; i++) {
        int both[2];

        if (pipe2(both, O_CLOEXEC) < 0)
            return -1;
        streams[i].fd = both[0];
        ends[i] = both[1];
    }
    return 0;
}

static int spawn(const char *const argv[], const int ends[2], pid_t *child)
{
    posix_spawn_file_actions_t actions;
    int status;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    status = posix_spawnp(child, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

/* Reads what is there; one byte stays free for the NUL. Returns -1 when it cannot be
 * kept. */
static int stream_read(struct stream *stream)
{
    ssize_t count;

    if (stream->size - stream->length < CHUNK + 1) {
        size_t size = stream->size * 2 + CHUNK + 1;
        char *text = size <= OUTPUT_MAX ? realloc(stream->text, size) : NULL;

        if (!text)
            return -1;
        stream->text = text;
        stream->size = size;
    }
    count = read(stream->fd, stream->text + stream->length, CHUNK);
    if (count < 0)
        return errno == EINTR ? 0 : -1;
    stream->length += (size_t)count;
    stream->text[stream->length] = '\0';
    if (count == 0) {
        close(stream->fd);
        stream->fd = -1;
    }
    return 0;
}

/* Of a step on several nodes, srun's word on each task's end may be in front of the
 * cause. */
static bool is_mere_end(const char *line)
{
    const char *end = strchr(line, '\n');
    const char *found = strstr(line, ": Exited with exit code ");

    return found && (!end || found < end);
}

/* The line that tells why: Atelier's own, wherever the node's is among those of others;
 * else the first. */
static char *telling_line(char *text)
{
    char *own = strstr(text, OWN_SENTENCE), *line = text;

    if (own)
        return own + strlen(OWN_SENTENCE);
    while (is_mere_end(line) && strchr(line, '\n') && strchr(line, '\n')[1])
        line = strchr(line, '\n') + 1;
    return line;
}

/* What the program said for its failure, cut out, without its "sinfo: error: ". */
static const char *cause_line(struct stream *said, const char *program)
{
    char *text = said->text ? said->text : (char *)"";
    char *line = telling_line(text + strspn(text, " \n"));
    size_t prefix = strlen(program);

    if (strncmp(line, program, prefix) == 0 && line[prefix] == ':')
        line += prefix + 1 + strspn(line + prefix + 1, " ");
    if (strncmp(line, "error: ", 7) == 0)
        line += 7;
    if (strchr(line, '\n'))
        *strchr(line, '\n') = '\0';
    return line;
}

static int report(const struct ending *ending, const char *words, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    ending_describe(ending, words, text, sizeof(text));
    return error_set(error, ending_party(ending, words, ERROR_SITE), "%s%s", text,
                     ending->cause == ENOENT ? ": is Slurm installed?" : "");
}

/* A program that runs. */
struct running {
    struct slurm_call *call;
    struct stream streams[2];
    struct ending ending;
    struct deadline deadline;
    pid_t child; /* 0 when it was not started, or is judged */
};

static bool has_ended(const struct running *running)
{
    return running->streams[0].fd < 0 && running->streams[1].fd < 0;
}

static void close_streams(struct running *running)
{
    for (int i = 0; i < 2; i++) {
        if (running->streams[i].fd >= 0)
            close(running->streams[i].fd);
        running->streams[i].fd = -1;
    }
}

static void start(struct running *running, struct slurm_call *call)
{
    int ends[2] = {-1, -1};

    *running = (struct running){.call = call, .streams = {{.fd = -1}, {.fd = -1}}};
    call->text = NULL;
    call->error = (struct error){.party = ERROR_NONE};
    ending_begin(&running->ending, call->argv[0]);
    running->ending.cause = open_streams(running->streams, ends) < 0
                                ? errno
                                : spawn(call->argv, ends, &running->child);
    running->deadline = deadline_after(call->milliseconds);
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    if (running->ending.cause == 0)
        return;
    running->child = 0;
    close_streams(running);
    report(&running->ending, NULL, &call->error);
}

/* The child has ended, or is killed for what the call's error says. */
static void judge(struct running *running)
{
    struct slurm_call *call = running->call;
    int *status = &running->ending.status;

    close_streams(running);
    if (call->error.party != ERROR_NONE)
        kill(running->child, SIGKILL);
    while (waitpid(running->child, status, 0) < 0 && errno == EINTR)
        continue;
    running->child = 0;
    if (call->error.party != ERROR_NONE)
        return;
    if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
        report(&running->ending, cause_line(&running->streams[1], call->argv[0]),
               &call->error);
        return;
    }
    call->text = running->streams[0].text;
    running->streams[0].text = NULL;
}

/* After poll(2) said `events` of both streams. */
static void proceed(struct running *running, const struct pollfd events[2])
{
    struct slurm_call *call = running->call;

    for (int i = 0; i < 2; i++)
        if (events[i].fd >= 0 && events[i].revents &&
            stream_read(&running->streams[i]) < 0)
            error_set(&call->error, ERROR_SITE, "cannot read what %s says",
                      call->argv[0]);
    if (!has_ended(running) && deadline_passed(&running->deadline))
        error_set(&call->error, ERROR_SITE, "%s did not end within %d s and was killed",
                  call->argv[0], call->milliseconds / 1000);
    if (has_ended(running) || call->error.party != ERROR_NONE)
        judge(running);
}

/* Waits for the first of them to say something, or for the first deadline. */
static void wait_for(struct running *all, size_t count, struct pollfd *events)
{
    int left = -1;

    for (size_t i = 0; i < count; i++) {
        int own = all[i].child > 0 ? deadline_left(&all[i].deadline) : -1;

        for (size_t j = 0; j < 2; j++)
            events[2 * i + j] =
                (struct pollfd){.fd = all[i].streams[j].fd, .events = POLLIN};
        if (own >= 0 && (left < 0 || own < left))
            left = own;
    }
    if (poll(events, 2 * count, left) < 0) /* EINTR: the deadlines are looked at */
        for (size_t i = 0; i < 2 * count; i++)
            events[i].revents = 0;
}

static bool any_runs(const struct running *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].child > 0)
            return true;
    return false;
}

struct slurm_calls {
    size_t count;
    struct running all[];
};

struct slurm_calls *slurm_command_start(struct slurm_call *calls, size_t count)
{
    struct slurm_calls *started =
        calloc(1, sizeof(*started) + count * sizeof(started->all[0]));

    if (started)
        started->count = count;
    for (size_t i = 0; i < count; i++) {
        if (started)
            start(&started->all[i], &calls[i]);
        else
            error_set(&calls[i].error, ERROR_NODE, "out of memory for Slurm's answer");
    }
    return started;
}

void slurm_command_finish(struct slurm_calls *started)
{
    size_t count = started ? started->count : 0;
    struct pollfd *events = calloc(2 * count + 1, sizeof(*events));

    for (size_t i = 0; !events && i < count; i++)
        if (started->all[i].child > 0) {
            error_set(&started->all[i].call->error, ERROR_NODE,
                      "out of memory for Slurm's answer");
            judge(&started->all[i]);
        }
    while (count > 0 && any_runs(started->all, count)) {
        wait_for(started->all, count, events);
        for (size_t i = 0; i < count; i++)
            if (started->all[i].child > 0)
                proceed(&started->all[i], &events[2 * i]);
    }
    for (size_t i = 0; i < count; i++)
        for (int j = 0; j < 2; j++)
            free(started->all[i].streams[j].text);
    free(events);
    free(started);
}

void slurm_command_run_all(struct slurm_call *calls, size_t count)
{
    slurm_command_finish(slurm_command_start(calls, count));
}

bool slurm_command_is_known(const char *program)
{
    static const char *const known[] = {"sacct", "squeue",   "sinfo",  "sacctmgr",
                                        "sprio", "scontrol", "sstat",  "sreport",
                                        "sdiag", "scancel",  "sbatch", "srun"};

    for (size_t i = 0; program && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i], program) == 0)
            return true;
    return false;
}

char *slurm_command_run_within(const char *const argv[], int milliseconds,
                               struct error *error)
{
    struct slurm_call call = {.argv = argv, .milliseconds = milliseconds};

    slurm_command_run_all(&call, 1);
    if (!call.text)
        error_set(error, call.error.party, "%s", call.error.text);
    return call.text;
}

char *slurm_command_run(const char *const argv[], struct error *error)
{
    return slurm_command_run_within(argv, SLURM_COMMAND_MS, error);
}
