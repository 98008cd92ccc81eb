/* run_log.h: where the output of `atelier run` goes, and its own log of the run. */
#ifndef ATELIER_RUN_LOG_H
#define ATELIER_RUN_LOG_H

#include "lib/error.h"
#include "run/log_file.h"

/* Makes the directory and those above it. Returns 0, or -1 with `error` filled
 * (ERROR_USER). */
int run_log_make_directory(const char *directory, struct error *error);

/* Opens DIRECTORY/NAME to be written from its beginning, by several at once. Returns a
 * descriptor, or -1 with `error` filled (ERROR_USER). */
int run_log_open(const char *directory, const char *name, struct error *error);

/* Adds a line with the time to DIRECTORY/execution.log; without a directory to nothing.
 * What cannot be written is left out. */
void run_log_say(const char *directory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says on our standard error where output goes: who looks into the job's own finds it
 * empty otherwise. Without a directory nothing. */
void run_log_announce(const char *directory, enum log_kind kind);

#endif
