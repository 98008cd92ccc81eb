/* directories.c: sets the variables of --with-input and --with-output. */
#include "plugin/directories.h"

#include "lib/option/directory_list.h"
#include "plugin/variable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE_SIZE (DIRECTORY_ID_MAX + 32)

struct directory_kind {
    enum option option;
    const char *fact;
    const char *ours, *theirs; /* the beginnings of the variables' names */
};

static const struct directory_kind kinds[] = {
    {OPTION_WITH_INPUT, "with_input", "ATELIER_INPUT_", "AZ_BATCHAI_INPUT_"},
    {OPTION_WITH_OUTPUT, "with_output", "ATELIER_OUTPUT_", "AZ_BATCHAI_OUTPUT_"},
};

struct variable_lookup {
    struct spank_handle *spank;
    char *last; /* what was given out */
};

static const char *look_up(const char *name, void *data)
{
    struct variable_lookup *lookup = data;

    free(lookup->last);
    lookup->last = spank_job_environment(lookup->spank, name);
    return lookup->last;
}

static int set_one(struct spank_handle *spank, const char *prefix, const char *id,
                   const char *path, struct error *error)
{
    char name[VARIABLE_SIZE];

    snprintf(name, sizeof(name), "%s%s", prefix, id);
    return variable_set(spank, name, path, true, error);
}

static bool is_restarted(struct spank_handle *spank)
{
    char *count = spank_job_environment(spank, "ATELIER_RESTART_COUNT");
    bool restarted = count && strcmp(count, "0") != 0;

    free(count);
    return restarted;
}

static int set_item(struct spank_handle *spank, const struct directory_kind *kind,
                    const struct directory_item *item, bool compat, struct error *error)
{
    const char *source = option_words[kind->option].option;
    struct variable_lookup lookup = {.spank = spank};
    char path[DIRECTORY_PATH_SIZE];
    int status = directory_item_expand(source, item, look_up, &lookup, path, error);

    free(lookup.last);
    if (status == 0 && kind->option == OPTION_WITH_OUTPUT)
        status = directory_item_make(source, item, path, error);
    if (status == 0)
        status = set_one(spank, kind->ours, item->id, path, error);
    if (status == 0 && compat)
        status = set_one(spank, kind->theirs, item->id, path, error);
    if (status == 0 && compat && kind->option == OPTION_WITH_OUTPUT &&
        is_restarted(spank))
        status = set_one(spank, "AZ_BATCHAI_PREV_OUTPUT_", item->id, path, error);
    return status;
}

static int set_list(struct spank_handle *spank, const struct directory_kind *kind,
                    const char *list, bool compat, struct error *error)
{
    struct directory_item item;

    if (directory_list_check(option_words[kind->option].option, list, error) < 0)
        return -1;
    while (list) {
        list = directory_list_next(list, &item);
        if (set_item(spank, kind, &item, compat, error) < 0)
            return -1;
    }
    return 0;
}

int directories_set(struct spank_handle *spank, const struct options *asked,
                    const struct record *facts, bool compat, struct error *error)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *list = asked->value[kinds[i].option];

        if (!*list)
            list = record_get(facts, kinds[i].fact);
        if (list && *list && set_list(spank, &kinds[i], list, compat, error) < 0)
            return -1;
    }
    return 0;
}
