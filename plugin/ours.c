/* ours.c: tells variables that the plugin set from those that the user set. */
#include "plugin/ours.h"

#include "plugin/variable.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER "ATELIER_SET"
#define NAME_SIZE 192
#define SUM_SIZE 16

/* What a sum begins with. A rank of the user's own keeps what goes with the rank. */
static const char letters[] = {
    [LAUNCHER_SETS] = 'm', [LAUNCHER_RANKS] = 'r', [LAUNCHER_DEFAULTS] = 'd'};

/* Writes the letter and the FNV-1a sum of the value. Nothing depends on the sum's
 * strength. */
static void write_sum(char sum[SUM_SIZE], char letter, const char *value)
{
    uint32_t hash = 2166136261U;

    for (; *value; value++)
        hash = (hash ^ (unsigned char)*value) * 16777619U;
    snprintf(sum, SUM_SIZE, "%c%08" PRIx32, letter, hash);
}

struct our_entry {
    char name[NAME_SIZE], sum[SUM_SIZE];
};

/* Reads "NAME=sum" at `text` and returns what follows it; NULL at the end, or where the
 * text is none of ours. */
static const char *read_entry(struct our_entry *entry, const char *text)
{
    int used = 0;

    if (sscanf(text, "%191[A-Za-z0-9_]=%15[a-z0-9]%n", entry->name, entry->sum, &used) <
        2)
        return NULL;
    return text + used + (text[used] == ',');
}

/* Whether the variable has the value that we gave it; `absent` where it is not set. */
static bool is_as_set(struct spank_handle *spank, const struct our_entry *entry,
                      bool absent)
{
    char *value = spank_job_environment(spank, entry->name);
    char sum[SUM_SIZE] = "";
    bool same = absent;

    if (value) {
        write_sum(sum, entry->sum[0], value);
        same = strcmp(sum, entry->sum) == 0;
    }
    free(value);
    return same;
}

static bool has_ranks_of_user(struct spank_handle *spank, const char *marker)
{
    struct our_entry entry;

    while ((marker = read_entry(&entry, marker)))
        if (entry.sum[0] == letters[LAUNCHER_RANKS] && !is_as_set(spank, &entry, true))
            return true;
    return false;
}

/* A user who sets WORLD_SIZE anew means the RANK that is there, too, even where we had
 * set that RANK: then all variables of the rank are the user's. */
void ours_forget(struct spank_handle *spank)
{
    char *marker = spank_job_environment(spank, MARKER);
    const char *rest = marker;
    struct our_entry entry;
    bool users;

    if (!marker)
        return;
    users = has_ranks_of_user(spank, marker);
    while ((rest = read_entry(&entry, rest)))
        if ((!users || entry.sum[0] == letters[LAUNCHER_DEFAULTS]) &&
            is_as_set(spank, &entry, false))
            spank_job_environment_unset(spank, entry.name);
    spank_job_environment_unset(spank, MARKER);
    free(marker);
}

void ours_keep_given(struct ours *ours, struct spank_handle *spank)
{
    free(ours->given);
    ours->given = spank_job_environment_copy(spank);
}

const char *ours_given(const struct ours *ours, const char *name)
{
    size_t length = strlen(name);

    for (char **one = ours->given; one && *one; one++)
        if (strncmp(*one, name, length) == 0 && (*one)[length] == '=')
            return *one + length + 1;
    return NULL;
}

static void remember(struct ours *ours, struct spank_handle *spank,
                     enum launcher_kind kind, const char *name, const char *value)
{
    char file[NAME_SIZE], sum[SUM_SIZE];
    char *path = NULL;

    if (!ours->set)
        ours->set = record_create();
    if (!ours->set)
        return;
    if (!variable_fits(name, value)) {
        snprintf(file, sizeof(file), "%s_FILE", name);
        path = spank_job_environment(spank, file);
        name = file;
    }
    write_sum(sum, letters[kind], path ? path : value);
    record_set(ours->set, name, sum);
    free(path);
}

int ours_set(struct ours *ours, struct spank_handle *spank, enum launcher_kind kind,
             const char *name, const char *value, struct error *error)
{
    char *earlier = kind == LAUNCHER_DEFAULTS ? spank_job_environment(spank, name) : NULL;
    const char *given = ours_given(ours, name);

    free(earlier);
    if (earlier || (given && strcmp(given, value) == 0))
        return 0;
    if (variable_set(spank, name, value, true, error) < 0)
        return -1;
    remember(ours, spank, kind, name, value);
    return 0;
}

int ours_tell(const struct ours *ours, struct spank_handle *spank, struct error *error)
{
    const struct record *set = ours->set;
    char *text = NULL;
    size_t size;
    FILE *stream;
    int status;

    if (!set)
        return 0;
    stream = open_memstream(&text, &size);
    for (size_t i = 0; stream && i < record_count(set); i++)
        fprintf(stream, "%s%s=%s", i ? "," : "", record_key(set, i),
                record_value(set, i));
    status = stream && fclose(stream) == 0
                 ? variable_set(spank, MARKER, text, true, error)
                 : error_set(error, ERROR_NODE, "out of memory for " MARKER);
    free(text);
    return status;
}

void ours_release(struct ours *ours)
{
    free(ours->given);
    record_destroy(ours->set);
    *ours = (struct ours){.given = NULL};
}
