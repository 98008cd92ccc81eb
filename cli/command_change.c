/* command_change.c: what a command changes. */
#include "cli/command_change.h"

#include "cli/command.h"
#include "cli/command_question.h"
#include "cli/file_edit.h"
#include "lib/slurm/slurm_command.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An answer that begins with y. */
static bool ask_user(size_t count)
{
    char *line = NULL;
    size_t size = 0;
    bool yes;

    printf("Make %zu change%s? [y/N] ", count, count == 1 ? "" : "s");
    fflush(stdout);
    yes = getline(&line, &size, stdin) > 0 && (*line == 'y' || *line == 'Y');
    free(line);
    return yes;
}

static void run_change(const json_t *change, struct error *error)
{
    const char **argv = command_question_argv(json_object_get(change, "argv"), error);

    if (argv)
        free(
            slurm_command_run_within(argv, command_question_milliseconds(change), error));
    free(argv);
}

static int make_change(const json_t *change, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};

    if (json_object_get(change, "path"))
        file_edit_make(change, &cause);
    else
        run_change(change, &cause);
    if (cause.party == ERROR_NONE)
        return 0;
    return error_set(error, cause.party, "%s %s: %s",
                     json_string_value(json_object_get(change, "verb")),
                     json_string_value(json_object_get(change, "what")), cause.text);
}

/* Stops at the first that fails. */
static int make_changes(const json_t *changes, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    const json_t *change;
    size_t index;

    json_array_foreach(changes, index, change) {
        if (make_change(change, &cause) < 0)
            return error_set(error, cause.party,
                             "%s; %zu of %zu changes were made: run it again when that "
                             "is mended",
                             cause.text, index, json_array_size(changes));
    }
    return 0;
}

/* Whether they are to be made; else why not is said. */
static bool is_allowed(const struct command_context *context, const char *name,
                       const json_t *answer, size_t count)
{
    bool confirmed = json_is_true(json_object_get(answer, "confirmed"));

    if (slurm_record_is_replay(context->record)) {
        fprintf(stderr, "%s: nothing was changed: the answers are a recording's\n", name);
        return false;
    }
    if (!confirmed && !isatty(STDIN_FILENO)) {
        fprintf(stderr,
                "%s: nothing was changed: nobody can be asked here, so say --yes\n",
                name);
        return false;
    }
    if (!confirmed && !ask_user(count)) {
        printf("nothing was changed\n");
        return false;
    }
    return true;
}

/* Another file takes the place of `path` when it is whole. */
static int write_file(const json_t *file, struct error *error)
{
    const char *path = json_string_value(json_object_get(file, "path"));
    const char *text = json_string_value(json_object_get(file, "text"));

    if (!path || !text || strlen(path) + sizeof(".XXXXXX") > PATH_MAX)
        return error_set(error, ERROR_SITE, "a file without a path or a text");
    return file_edit_replace(path, text, NULL, error);
}

static int write_files(const json_t *files, struct error *error)
{
    const json_t *file;
    size_t index;

    json_array_foreach(files, index, file) {
        if (write_file(file, error) < 0)
            return -1;
    }
    return 0;
}

static int make_all(const struct command_context *context, const char *name,
                    const json_t *answer)
{
    const json_t *changes = json_object_get(answer, "changes");
    size_t count = json_array_size(changes);
    struct error error = {.party = ERROR_NONE};

    if (count > 0 && !is_allowed(context, name, answer, count))
        return COMMAND_PROBLEM;
    if (make_changes(changes, &error) < 0 ||
        write_files(json_object_get(answer, "files"), &error) < 0) {
        fprintf(stderr, "%s: %s\n", name, error.text);
        return COMMAND_PROBLEM;
    }
    if (count > 0 && !json_is_true(json_object_get(answer, "quiet")))
        printf("%zu change%s made\n", count, count == 1 ? "" : "s");
    return COMMAND_GOOD;
}

int command_changes_make(const struct command_context *context, const char *name,
                         const json_t *answer, int status)
{
    bool has_changes = json_array_size(json_object_get(answer, "changes")) > 0;

    if (status == COMMAND_GOOD)
        return make_all(context, name, answer);
    if (status == COMMAND_PROBLEM && has_changes)
        make_all(context, name, answer);
    return status;
}
