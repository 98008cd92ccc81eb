/* rank_output.c: opens the files that a rank's output goes to. */
#include "run/rank_output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const stream_names[] = {"stdout", "stderr"};

static int open_file(struct rank_stream *stream, const char *stream_name,
                     const struct rank_options *options, const struct rank_name *name,
                     struct error *error)
{
    char path[PATH_MAX];
    int length = log_file_path(path, sizeof(path), options->log_directory, options->logs,
                               stream_name, name);

    if (length < (int)sizeof(path))
        stream->command_end =
            open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    else
        errno = ENAMETOOLONG;
    if (stream->command_end >= 0)
        return 0;
    return error_set(error, ERROR_USER, "cannot write %.300s: %s", path, strerror(errno));
}

static int open_pipe(struct rank_stream *stream, struct error *error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(error, ERROR_NODE, "cannot make a pipe: %s", strerror(errno));
    stream->our_end = ends[0];
    stream->command_end = ends[1];
    return 0;
}

int rank_output_open(struct rank_output *output, const struct rank_options *options,
                     const struct rank_name *name, struct error *error)
{
    output->label = name->node;
    for (int i = 0; i < 2; i++) {
        struct rank_stream *stream = &output->streams[i];
        int status = 0;

        stream->command_end = stream->our_end = -1;
        stream->length = 0;
        if (options->logs == LOG_LABEL)
            status = open_pipe(stream, error);
        else if (options->logs != LOG_NONE)
            status = open_file(stream, stream_names[i], options, name, error);
        if (status < 0)
            return -1;
    }
    return 0;
}

void rank_output_use(const struct rank_output *output)
{
    for (int i = 0; i < 2; i++)
        if (output->streams[i].command_end >= 0)
            dup2(output->streams[i].command_end, STDOUT_FILENO + i);
}

void rank_output_leave(struct rank_output *output)
{
    for (int i = 0; i < 2; i++) {
        if (output->streams[i].command_end >= 0)
            close(output->streams[i].command_end);
        output->streams[i].command_end = -1;
    }
}

/* Writes a line by one call, so that lines of two nodes do not mix. */
static void write_line(const struct rank_output *output, int index, const char *line,
                       size_t length)
{
    char labelled[sizeof(output->streams[0].line) + 128];
    int size = snprintf(labelled, sizeof(labelled), "%s: %.*s\n", output->label,
                        (int)length, line);

    (void)!write(STDOUT_FILENO + index, labelled, (size_t)size);
}

/* Writes the lines that are whole. One that is longer than the buffer is cut into
 * several. */
static void write_lines(struct rank_output *output, int index, bool all)
{
    struct rank_stream *stream = &output->streams[index];
    char *start = stream->line, *end;
    size_t left = stream->length;

    while ((end = memchr(start, '\n', left))) {
        write_line(output, index, start, (size_t)(end - start));
        left -= (size_t)(end + 1 - start);
        start = end + 1;
    }
    if (left > 0 && (all || left == sizeof(stream->line))) {
        write_line(output, index, start, left);
        left = 0;
    }
    memmove(stream->line, start, left);
    stream->length = left;
}

void rank_output_forward(struct rank_output *output, int index)
{
    struct rank_stream *stream = &output->streams[index];
    ssize_t count = read(stream->our_end, stream->line + stream->length,
                         sizeof(stream->line) - stream->length);

    if (count < 0 && errno == EINTR)
        return;
    if (count > 0)
        stream->length += (size_t)count;
    write_lines(output, index, count <= 0);
    if (count <= 0) {
        close(stream->our_end);
        stream->our_end = -1;
    }
}
