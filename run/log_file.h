/* log_file.h: the files of --log-dir, as `atelier run` and its processes name them. */
#ifndef ATELIER_LOG_FILE_H
#define ATELIER_LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum log_file_kind {
    LOG_NONE,        /* the command writes to srun */
    LOG_LABEL,       /* so it does, each line after the node's name */
    LOG_MERGED,      /* stdout.txt: srun itself writes there */
    LOG_RANK,        /* stdout-RANK.txt */
    LOG_ROLE,        /* stdout-LOG.txt */
    LOG_PREPARE,     /* stdout-job_prep.txt */
    LOG_PREPARE_NODE /* stdout-job_prep-NODE.txt */
};

struct rank_name {
    unsigned rank;
    const char *node;
    const char *log; /* "wk-0"; "-" where the framework has no roles */
};

/* The word of --logs. Returns the kind, or -1 for none. */
int log_file_kind_read(const char *word);
const char *log_file_kind_word(enum log_file_kind kind);

/* Whether the processes write to files. */
bool log_file_exists(enum log_file_kind kind);

/* How the files of all processes are called, for a person: "stdout-RANK.txt". */
const char *log_file_pattern(enum log_file_kind kind);

/* Writes the path of the file of `stream`, "stdout" or "stderr", as snprintf(3). The
 * kind is one that has files. */
int log_file_path(char *path, size_t size, const char *directory, enum log_file_kind kind,
                  const char *stream, const struct rank_name *name);

#endif
