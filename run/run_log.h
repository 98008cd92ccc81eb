/* run_log.h: where the output of `atelier run` goes, and its log of the run. */
#ifndef ATELIER_RUN_LOG_H
#define ATELIER_RUN_LOG_H

#include "lib/error.h"
#include "run/log_file.h"

/* Makes the directory and those above it. Returns 0, or -1 with `error` filled
 * (ERROR_USER). */
int run_log_make_directory(const char *directory, struct error *error);

/* Opens DIRECTORY/NAME, which several processes write, from its beginning. Returns a
 * descriptor, or -1 with `error` filled (ERROR_USER). */
int run_log_open(const char *directory, const char *name, struct error *error);

/* Adds a line with the time to DIRECTORY/execution.log. Without a directory it does
 * nothing. What cannot be written is left out. */
void run_log_say(const char *directory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says on our standard error where output goes, since the job's own output is empty then.
 * Without a directory it does nothing. */
void run_log_announce(const char *directory, enum log_file_kind kind);

#endif
