#include "slurm_command.h"

#include "deadline.h"
#include "ending.h"

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

/* Reads both streams to their ends. */
static int read_all(struct stream streams[2], const char *program, int milliseconds,
                    struct error *error)
{
    struct deadline deadline = deadline_after(milliseconds);

    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        struct pollfd polled[2] = {{.fd = streams[0].fd, .events = POLLIN},
                                   {.fd = streams[1].fd, .events = POLLIN}};

        if (deadline_passed(&deadline))
            return error_set(error, ERROR_SITE,
                             "%s did not end within %d s and was killed", program,
                             milliseconds / 1000);
        if (poll(polled, 2, deadline_left(&deadline)) < 0 && errno != EINTR)
            return error_set(error, ERROR_NODE, "poll: %s", strerror(errno));
        for (int i = 0; i < 2; i++)
            if (polled[i].revents && stream_read(&streams[i]) < 0)
                return error_set(error, ERROR_SITE, "cannot read what %s says", program);
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

/* The child has ended or is killed. */
static int judge(pid_t child, struct ending *ending, struct stream *said,
                 struct error *error)
{
    while (waitpid(child, &ending->status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(ending->status) && WEXITSTATUS(ending->status) == 0)
        return 0;
    return report(ending, cause_line(said, ending->program), error);
}

static int run(const char *const argv[], struct stream streams[2], int milliseconds,
               struct error *error)
{
    int ends[2] = {-1, -1}, status;
    struct ending ending;
    pid_t child;

    ending_begin(&ending, argv[0]);
    ending.cause = open_streams(streams, ends) < 0 ? errno : spawn(argv, ends, &child);
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    if (ending.cause != 0)
        return report(&ending, NULL, error);
    status = read_all(streams, argv[0], milliseconds, error);
    if (status < 0)
        kill(child, SIGKILL);
    return judge(child, &ending, &streams[1], status < 0 ? NULL : error) < 0 ? -1
                                                                             : status;
}

char *slurm_command_run_within(const char *const argv[], int milliseconds,
                               struct error *error)
{
    struct stream streams[2] = {{.fd = -1}, {.fd = -1}};
    int status = run(argv, streams, milliseconds, error);

    for (int i = 0; i < 2; i++)
        if (streams[i].fd >= 0)
            close(streams[i].fd);
    free(streams[1].text);
    if (status == 0)
        return streams[0].text;
    free(streams[0].text);
    return NULL;
}

char *slurm_command_run(const char *const argv[], struct error *error)
{
    return slurm_command_run_within(argv, SLURM_COMMAND_MS, error);
}

/* The fields of `line`, which is cut into pieces at `mark`. */
static json_t *row_of(char *line, const char *const names[], char mark)
{
    json_t *row = json_object();

    for (size_t i = 0; names[i]; i++) {
        char *end = names[i + 1] ? strchr(line, mark) : NULL;

        if (end)
            *end = '\0';
        json_object_set_new(row, names[i], json_string(line));
        line = end ? end + 1 : line + strlen(line);
    }
    return row;
}

static json_t *rows_of(char *text, const char *const names[], char mark)
{
    json_t *rows = text ? json_array() : NULL;
    char *rest = text, *line;

    while (rest && (line = strsep(&rest, "\n")))
        if (*line)
            json_array_append_new(rows, row_of(line, names, mark));
    return rows;
}

json_t *slurm_command_rows(const char *const argv[], const char *const names[],
                           struct error *error)
{
    char *text = slurm_command_run(argv, error);
    json_t *rows = rows_of(text, names, '|');

    free(text);
    return rows;
}

/* Whether each line of the text has `wanted` marks. */
static bool is_even(const char *text, size_t wanted)
{
    size_t count = 0;

    for (const char *begin = text; *text; text++) {
        count += *text == SLURM_COMMAND_MARK[0];
        if (*text != '\n')
            continue;
        if (text > begin && count != wanted)
            return false;
        begin = text + 1;
        count = 0;
    }
    return true;
}

json_t *slurm_command_rows_of_users(const char *const argv[], const char *const names[],
                                    struct error *error)
{
    char *text = slurm_command_run(argv, error);
    json_t *rows = NULL;
    size_t marks = 0;

    while (names[marks + 1])
        marks++;
    if (text && !is_even(text, marks))
        error_set(error, ERROR_SITE,
                  "what %s says cannot be taken apart: a word that a user chose has a "
                  "character in it that parts the fields, or a newline",
                  argv[0]);
    else
        rows = rows_of(text, names, SLURM_COMMAND_MARK[0]);
    free(text);
    return rows;
}
