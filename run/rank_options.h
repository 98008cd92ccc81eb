/* rank_options.h: the command line of atelier-rank and atelier-prepare.
 *
 *     atelier-rank [--role ROLE=COMMAND]... [--log-dir DIR --logs KIND]
 *         [--] [COMMAND...]
 *
 * `atelier run` writes it; nobody types it.
 */
#ifndef ATELIER_RANK_OPTIONS_H
#define ATELIER_RANK_OPTIONS_H

#include "run/log_file.h"

#include <stddef.h>

#define RANK_WORDS_MAX 32

struct rank_options {
    enum log_file_kind logs;
    const char *log_directory;
    const char *roles[RANK_WORDS_MAX]; /* "ROLE=COMMAND" */
    size_t role_count;
    char **command; /* ends in NULL; may be empty */
};

/* Reads the command line. Returns 0, or -1 after a message. */
int rank_options_read(struct rank_options *options, int argc, char **argv);

#endif
