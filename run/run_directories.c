/* run_directories.c: handles --input and --output: their variables and directories. */
#include "run/run_directories.h"

#include "lib/agreed.h"
#include "lib/option/directory_list.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The outputs that the processes are to make: lines ID=PATH, without variables. */
#define OUTPUTS_VARIABLE "ATELIER_RUN_OUTPUTS"

#define NAME_SIZE (DIRECTORY_ID_MAX + 32)

struct run_directory_kind {
    const char *option;
    const char *ours, *theirs; /* how the variables' names begin */
};

static const struct run_directory_kind input = {"--input", "ATELIER_INPUT_",
                                                "AZ_BATCHAI_INPUT_"};
static const struct run_directory_kind output = {"--output", "ATELIER_OUTPUT_",
                                                 "AZ_BATCHAI_OUTPUT_"};

static const char *look_up(const char *name, void *data)
{
    (void)data;
    return getenv(name);
}

/* Sets the variables of one ID. It refuses an ID that the job has for another directory:
 * the plugin would give a step's processes that one. */
static int set(const struct run_directory_kind *kind, const char *id, const char *path,
               bool compat, struct error *error)
{
    char name[NAME_SIZE];
    const char *of_job;

    snprintf(name, sizeof(name), "%s%s", kind->ours, id);
    of_job = getenv(name);
    if (of_job && strcmp(of_job, path) != 0)
        return error_set(error, ERROR_USER,
                         "%s=%s=...: the job has %s already, which is another directory: "
                         "choose another ID",
                         kind->option, id, name);
    setenv(name, path, 1);
    snprintf(name, sizeof(name), "%s%s", kind->theirs, id);
    if (compat)
        setenv(name, path, 1);
    return 0;
}

static int set_list(const struct run_directory_kind *kind, const char *list, FILE *made,
                    bool compat, struct error *error)
{
    if (directory_list_check(kind->option, list, error) < 0)
        return -1;
    while (list) {
        struct directory_item item;
        char path[DIRECTORY_PATH_SIZE];

        list = directory_list_next(list, &item);
        if (directory_item_expand(kind->option, &item, look_up, NULL, path, error) < 0 ||
            (made && directory_item_make(kind->option, &item, path, error) < 0) ||
            set(kind, item.id, path, compat, error) < 0)
            return -1;
        if (made)
            fprintf(made, "%s=%s\n", item.id, path);
    }
    return 0;
}

static int set_outputs(const char *list, bool compat, struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *made = open_memstream(&text, &size);
    int status = made ? set_list(&output, list, made, compat, error) : -1;

    if (!made || fclose(made) != 0)
        status = error_set(error, ERROR_NODE, "out of memory for --output");
    else if (status == 0)
        setenv(OUTPUTS_VARIABLE, text, 1);
    free(text);
    return status;
}

int run_directories_set(const char *inputs, const char *outputs, struct error *error)
{
    const char *word = getenv("ATELIER_COMPAT");
    bool compat = word && strcmp(word, COMPAT_BATCHAI) == 0;

    unsetenv(OUTPUTS_VARIABLE);
    if (inputs && set_list(&input, inputs, NULL, compat, error) < 0)
        return -1;
    return outputs ? set_outputs(outputs, compat, error) : 0;
}

int run_directories_make(struct error *error)
{
    const char *line = getenv(OUTPUTS_VARIABLE);
    int status = 0;

    while (line && *line && status == 0) {
        size_t length = strcspn(line, "\n"), id = strcspn(line, "=\n");
        struct directory_item item = {.id = ""};

        snprintf(item.id, sizeof(item.id), "%.*s", (int)id, line);
        if (line[id] == '=')
            snprintf(item.path, sizeof(item.path), "%.*s", (int)(length - id - 1),
                     line + id + 1);
        status = directory_item_make(output.option, &item, item.path, error);
        line += length + (line[length] == '\n');
    }
    return status;
}
