/* run_directories.h: --input and --output of `atelier run`, in the form of
 * directory_list.h.
 */
#ifndef ATELIER_RUN_DIRECTORIES_H
#define ATELIER_RUN_DIRECTORIES_H

#include "lib/error.h"

/* Sets ATELIER_INPUT_ID and ATELIER_OUTPUT_ID in the calling process's environment, which
 * the processes of its steps get, and in a job with --compat=batchai Batch AI's names,
 * and makes the outputs. The lists may be NULL. Returns 0, or -1 with `error` filled. */
int run_directories_set(const char *inputs, const char *outputs, struct error *error);

/* In a process of a step: makes the outputs, which may be of the node's own disk. Returns
 * 0, or -1 with `error` filled. */
int run_directories_make(struct error *error);

#endif
