/* ours.c: tells variables that the plugin set from those that the user set. */
#include "plugin/ours.h"

#include "lib/record.h"
#include "plugin/step_layout.h"
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

/* The variables of ours in slurmstepd and in the tasks that it forks: NAME to kind and
 * sum. */
static struct record *set;

/* FNV-1a: nothing depends on its strength. */
static void write_sum(char sum[SUM_SIZE], enum ours_kind kind, const char *value)
{
    uint32_t hash = 2166136261U;

    for (; *value; value++)
        hash = (hash ^ (unsigned char)*value) * 16777619U;
    snprintf(sum, SUM_SIZE, "%c%08" PRIx32, (char)kind, hash);
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
    char *value = step_environment(spank, entry->name);
    char sum[SUM_SIZE] = "";
    bool same = absent;

    if (value) {
        write_sum(sum, (enum ours_kind)entry->sum[0], value);
        same = strcmp(sum, entry->sum) == 0;
    }
    free(value);
    return same;
}

static bool has_ranks_of_user(struct spank_handle *spank, const char *marker)
{
    struct our_entry entry;

    while ((marker = read_entry(&entry, marker)))
        if (entry.sum[0] == OURS_RANK && !is_as_set(spank, &entry, true))
            return true;
    return false;
}

/* Who sets WORLD_SIZE anew means the RANK that is there, even where we had set the same:
 * all of the world is the user's then. */
void ours_forget(struct spank_handle *spank)
{
    char *marker = step_environment(spank, MARKER);
    const char *rest = marker;
    struct our_entry entry;
    bool users;

    if (!marker)
        return;
    users = has_ranks_of_user(spank, marker);
    while ((rest = read_entry(&entry, rest)))
        if ((!users || entry.sum[0] == OURS_DEFAULT) && is_as_set(spank, &entry, false))
            step_environment_unset(spank, entry.name);
    step_environment_unset(spank, MARKER);
    free(marker);
}

static void remember(struct spank_handle *spank, enum ours_kind kind, const char *name,
                     const char *value)
{
    char file[NAME_SIZE], sum[SUM_SIZE];
    char *path = NULL;

    if (!set)
        set = record_create();
    if (!set)
        return;
    if (!variable_fits(name, value)) {
        snprintf(file, sizeof(file), "%s_FILE", name);
        path = step_environment(spank, file);
        name = file;
    }
    write_sum(sum, kind, path ? path : value);
    record_set(set, name, sum);
    free(path);
}

int ours_set(struct spank_handle *spank, enum ours_kind kind, const char *name,
             const char *value, struct error *error)
{
    char *earlier = kind == OURS_DEFAULT ? step_environment(spank, name) : NULL;
    const char *given = step_layout_given(name);

    free(earlier);
    if (earlier || (given && strcmp(given, value) == 0))
        return 0;
    if (variable_set(spank, name, value, true, error) < 0)
        return -1;
    remember(spank, kind, name, value);
    return 0;
}

int ours_tell(struct spank_handle *spank, struct error *error)
{
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
