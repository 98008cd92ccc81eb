/* run_directories.h: --input and --output of `atelier run` (see directory_list.h). */
#ifndef ATELIER_RUN_DIRECTORIES_H
#define ATELIER_RUN_DIRECTORIES_H

#include "lib/error.h"

/* Sets ATELIER_INPUT_ID and ATELIER_OUTPUT_ID in the calling process's environment, which
 * its steps' processes inherit, and in a job with --compat=batchai Batch AI's names; and
 * makes the outputs. The lists may be NULL. Returns 0, or -1 with `error` filled. */
int run_directories_set(const char *inputs, const char *outputs, struct error *error);

/* Makes the outputs, in a process of a step: they may be on the node's own disk. Returns
 * 0, or -1 with `error` filled. */
int run_directories_make(struct error *error);

#endif
