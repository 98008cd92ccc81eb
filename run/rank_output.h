/* rank_output.h: where a rank's standard output and error go. */
#ifndef ATELIER_RANK_OUTPUT_H
#define ATELIER_RANK_OUTPUT_H

#include "lib/error.h"
#include "run/rank_options.h"

#include <stdbool.h>
#include <stddef.h>

/* Standard output or standard error. */
struct rank_stream {
    int command_end; /* what the command writes to; -1: it writes to ours */
    int our_end;     /* our end of a pipe, whose lines get a label; -1 for none */
    char line[4096];
    size_t length;
};

struct rank_output {
    struct rank_stream streams[2];
    const char *label;
};

/* Opens the files or the pipes. Returns 0, or -1 with `error` filled (ERROR_USER). */
int rank_output_open(struct rank_output *output, const struct rank_options *options,
                     const struct rank_name *name, struct error *error);

/* Is called in the command's process, before the command is executed. */
void rank_output_use(const struct rank_output *output);

/* Is called in our process, when the command has its own descriptors. */
void rank_output_leave(struct rank_output *output);

/* Copies what has come from stream `index`; `our_end` is -1 when it has ended. */
void rank_output_forward(struct rank_output *output, int index);

#endif
