/* slurm_record.c: keeps Slurm's answers in files, and gives them again. */
#include "lib/slurm/slurm_record.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMOVED "(removed)"

struct slurm_record {
    char directory[PATH_MAX];
    bool is_replay;
    unsigned count;   /* of the files that were written */
    json_t *answered; /* of a replay: { the question's text = the file's object } */
};

/* Whether a setting of this name is nobody's to see. */
static bool is_secret(const char *name, size_t length)
{
    static const char *const words[] = {"pass", "secret", "token", "jwt", "credential"};
    char key[64];

    snprintf(key, sizeof(key), "%.*s", (int)length, name);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasestr(key, words[i]))
            return true;
    return false;
}

/* Appends a line of "Name = value" to `to`, without a value that is secret. */
static void write_line(FILE *to, const char *line, size_t length)
{
    size_t name = strcspn(line, "= \t\n"), value = name;

    value += strspn(line + value, " \t");
    if (value < length && line[value] == '=' && is_secret(line, name))
        fprintf(to, "%.*s= " REMOVED, (int)value, line);
    else
        fwrite(line, 1, length, to);
}

static json_t *without_secrets(const char *text)
{
    char *kept = NULL;
    size_t size;
    FILE *to = open_memstream(&kept, &size);
    json_t *value;

    if (!to)
        return NULL;
    while (*text) {
        size_t length = strcspn(text, "\n");

        write_line(to, text, length);
        text += length;
        if (*text)
            fputc(*text++, to);
    }
    fclose(to);
    value = json_string_nocheck(kept);
    free(kept);
    return value;
}

static struct slurm_record *create(const char *directory, bool is_replay,
                                   struct error *error)
{
    struct slurm_record *record = calloc(1, sizeof(*record));

    if (!record) {
        error_set(error, ERROR_NODE, "out of memory for a recording");
        return NULL;
    }
    snprintf(record->directory, sizeof(record->directory), "%s", directory);
    record->is_replay = is_replay;
    record->answered = json_object();
    return record;
}

void slurm_record_destroy(struct slurm_record *record)
{
    if (!record)
        return;
    json_decref(record->answered);
    free(record);
}

bool slurm_record_is_replay(const struct slurm_record *record)
{
    return record && record->is_replay;
}

struct slurm_record *slurm_record_begin(const char *directory, struct error *error)
{
    if (mkdir(directory, 0700) == 0 || errno == EEXIST)
        return create(directory, false, error);
    error_set(error, ERROR_USER, "--record: cannot make %s: %s", directory,
              strerror(errno));
    return NULL;
}

static char *text_of(const json_t *question)
{
    return json_dumps(question, JSON_COMPACT | JSON_SORT_KEYS);
}

static int read_file(struct slurm_record *record, const char *path, struct error *error)
{
    json_error_t cause;
    json_t *kept = json_load_file(path, 0, &cause);
    char *question = text_of(json_object_get(kept, "question"));

    if (!question) {
        json_decref(kept);
        return error_set(error, ERROR_USER, "--replay: %s is no recorded answer", path);
    }
    json_object_set_new(record->answered, question, kept);
    free(question);
    return 0;
}

static int by_name(const struct dirent *entry)
{
    return isdigit((unsigned char)entry->d_name[0]) && strstr(entry->d_name, ".json");
}

struct slurm_record *slurm_record_read(const char *directory, struct error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, by_name, alphasort), status = 0;
    struct slurm_record *record = NULL;
    char path[PATH_MAX + NAME_MAX];

    if (count <= 0)
        error_set(error, ERROR_USER, "--replay: %s holds no recording%s%s", directory,
                  count < 0 ? ": " : "", count < 0 ? strerror(errno) : "");
    else
        record = create(directory, true, error);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
        if (record && status == 0)
            status = read_file(record, path, error);
        free(entries[i]);
    }
    free(entries);
    if (status == 0)
        return record;
    slurm_record_destroy(record);
    return NULL;
}

static int write_file(const char *path, const json_t *value, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int status =
        fd < 0
            ? -1
            : json_dumpfd(value, fd, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    int cause = errno;

    if (fd >= 0)
        close(fd);
    if (status == 0)
        return 0;
    return error_set(error, ERROR_USER, "--record: cannot write %s: %s", path,
                     fd < 0 && cause == EEXIST
                         ? "there is a recording already: name another directory"
                     : cause ? strerror(cause)
                             : "it is no text in UTF-8");
}

int slurm_record_keep(struct slurm_record *record, const json_t *question,
                      const json_t *answer, const struct error *fault,
                      struct error *error)
{
    char path[PATH_MAX + 16];
    json_t *kept;
    int status;

    if (!record || record->is_replay)
        return 0;
    snprintf(path, sizeof(path), "%s/%03u.json", record->directory, ++record->count);
    kept = json_pack("{s:O}", "question", question);
    if (json_is_string(answer))
        json_object_set_new(kept, "answer", without_secrets(json_string_value(answer)));
    else if (answer)
        json_object_set(kept, "answer", (json_t *)answer);
    else
        json_object_set_new(kept, "fault", json_string(fault->text));
    status = write_file(path, kept, error);
    json_decref(kept);
    return status;
}

json_t *slurm_record_find(const struct slurm_record *record, const json_t *question,
                          struct error *error)
{
    char *text = text_of(question);
    const json_t *kept = text ? json_object_get(record->answered, text) : NULL;
    const char *fault = json_string_value(json_object_get(kept, "fault"));
    json_t *answer = json_incref(json_object_get(kept, "answer"));

    if (fault)
        error_set(error, ERROR_SITE, "%s", fault);
    else if (!answer)
        error_set(error, ERROR_USER, "the recording in %s has no answer to %.200s",
                  record->directory, text ? text : "this");
    free(text);
    return answer;
}
