/* log_file.c: names the files of --log-dir. */
#include "run/log_file.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word, *pattern;
} kinds[] = {
    [LOG_NONE] = {"none", ""},
    [LOG_LABEL] = {"label", ""},
    [LOG_MERGED] = {"merged", "stdout.txt"},
    [LOG_RANK] = {"rank", "stdout-RANK.txt"},
    [LOG_ROLE] = {"role", "stdout-ROLE.txt"},
    [LOG_PREPARE] = {"prepare", "stdout-job_prep.txt"},
    [LOG_PREPARE_NODE] = {"prepare-node", "stdout-job_prep-NODE.txt"},
};

int log_file_kind_read(const char *word)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].word, word) == 0)
            return (int)i;
    return -1;
}

const char *log_file_kind_word(enum log_file_kind kind)
{
    return kinds[kind].word;
}

bool log_file_exists(enum log_file_kind kind)
{
    return kind > LOG_LABEL;
}

const char *log_file_pattern(enum log_file_kind kind)
{
    return kinds[kind].pattern;
}

int log_file_path(char *path, size_t size, const char *directory, enum log_file_kind kind,
                  const char *stream, const struct rank_name *name)
{
    switch (kind) {
    case LOG_MERGED:
        return snprintf(path, size, "%s/%s.txt", directory, stream);
    case LOG_ROLE:
        if (strcmp(name->log, "-") != 0)
            return snprintf(path, size, "%s/%s-%s.txt", directory, stream, name->log);
        return snprintf(path, size, "%s/%s-wk-%u.txt", directory, stream, name->rank);
    case LOG_PREPARE:
        return snprintf(path, size, "%s/%s-job_prep.txt", directory, stream);
    case LOG_PREPARE_NODE:
        return snprintf(path, size, "%s/%s-job_prep-%s.txt", directory, stream,
                        name->node);
    default:
        return snprintf(path, size, "%s/%s-%u.txt", directory, stream, name->rank);
    }
}
