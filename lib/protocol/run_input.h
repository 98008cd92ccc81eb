/* run_input.h: what comes over a connection of `atelier run`, line by line, on either
 * side. */
#ifndef ATELIER_RUN_INPUT_H
#define ATELIER_RUN_INPUT_H

#include "lib/protocol/run_protocol.h"

#include <stddef.h>

/* All zero before the first byte. */
struct run_input {
    char line[RUN_LINE_SIZE]; /* what has come and was not taken */
    size_t length;
};

/* Has the kernel ask after the other node: one that is switched off sends nothing. */
void run_input_watch(int fd);

/* Reads what has come, without waiting. Returns 0; or -1 when the connection has ended,
 * or a line is longer than there is room. */
int run_input_receive(struct run_input *input, int fd);

/* Cuts the first line off. Returns it without its newline, until the next call for any
 * connection; or NULL when none is whole. */
const char *run_input_take(struct run_input *input);

#endif
