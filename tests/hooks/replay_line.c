/* replay_line.c: cuts a line of a hook sequence into words. */
#include "tests/hooks/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPANDED_SIZE 32768

static const char *variable_value(const char *text, size_t *length)
{
    static char uid[16];

    snprintf(uid, sizeof(uid), "%u", (unsigned)geteuid());
    if (strncmp(text, "$run", 4) == 0) {
        *length = 4;
        return run_directory;
    }
    if (strncmp(text, "$uid", 4) == 0) {
        *length = 4;
        return uid;
    }
    if (strncmp(text, "$programs", 9) == 0) {
        *length = 9;
        return PROGRAM_DIR;
    }
    if (strncmp(text, "$source", 7) == 0) {
        *length = 7;
        return source_directory;
    }
    return NULL;
}

static char *append_escape(char *out, const char **in)
{
    char *end;
    long number;

    if (strncmp(*in, "\\*", 2) == 0) {
        number = strtol(*in + 2, &end, 10);
        memset(out, *end, (size_t)number);
        *in = end + 1;
        return out + number;
    }
    char digits[3] = {(*in)[2], (*in)[3], '\0'};

    *out = (char)strtol(digits, NULL, 16);
    *in += 4;
    return out + 1;
}

char *line_expand(const char *in)
{
    char *text = calloc(1, EXPANDED_SIZE);
    char *out = text;

    while (*in) {
        size_t length;
        const char *value = variable_value(in, &length);

        if (value) {
            out = stpcpy(out, value);
            in += length;
        } else if (strncmp(in, "\\x", 2) == 0 || strncmp(in, "\\*", 2) == 0) {
            out = append_escape(out, &in);
        } else {
            *out++ = *in++;
        }
    }
    return text;
}

char *line_next_word(char **text)
{
    static char nothing[] = "";
    char *word = strsep(text, " ");

    if (!*text)
        *text = nothing;
    return word;
}
