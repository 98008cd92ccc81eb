/* doctor_fact.c: what `atelier doctor` asks of this machine. */
#include "cli/doctor/doctor_fact.h"

#include "cli/doctor/id_owner.h"
#include "cli/doctor/plugin_trial.h"
#include "cli/json_text.h"
#include "lib/program.h"
#include "lib/slurm/plugstack.h"
#include "lib/slurm/slurm_mpi.h"
#include "lib/slurm/slurm_place.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE 4096
#define PATH_SIZE 4096
#define WORDS_SIZE 512 /* of what a program says that does not start */
#define START_MS 10000

json_t *doctor_fact_settings(const struct command_context *context,
                             const json_t *question, struct error *error)
{
    json_t *settings = json_object();

    (void)question;
    (void)error;
    for (size_t i = 0; i < settings_count(); i++) {
        char word[SETTINGS_WORD_SIZE], *value;

        settings_word(context->settings, i, word);
        value = strchr(word, '=');
        *value++ = '\0';
        json_object_set_new(settings, word, json_string(value));
    }
    return settings;
}

/* A module in Lua is not to choose what root runs. */
static bool is_ours(const struct settings *settings, const char *path)
{
    return strcmp(path, settings->keeper) == 0 || strcmp(path, settings->nfs) == 0;
}

static json_t *last_line(const char *said)
{
    struct said_line line = said_last_line(said);

    return json_stringn_nocheck(line.text, (size_t)line.length);
}

/* Starts a program without arguments, which ours refuse: all that is asked is whether it
 * starts. */
json_t *doctor_fact_start(const struct command_context *context, const json_t *question,
                          struct error *error)
{
    char *words[] = {(char *)json_text(question, "path"), NULL};
    const struct program_way way = {.words = words,
                                    .process = {.input = PROCESS_NULL,
                                                .output = PROCESS_NULL,
                                                .rules = PROCESS_ALONE},
                                    .most = {0, WORDS_SIZE}};
    struct deadline deadline = deadline_after(START_MS);
    char why[ENDING_TEXT_SIZE];
    struct program program;
    const char *said;
    json_t *facts;

    if (!is_ours(context->settings, words[0])) {
        error_set(error, ERROR_SITE, "`%s` is no program of Atelier's settings",
                  words[0]);
        return NULL;
    }
    if (program_start(&program, &way) < 0) {
        error_set(error, ERROR_NODE, "cannot start %s: %s", words[0], strerror(errno));
        return NULL;
    }
    if (program_wait(&program, &deadline) < 0)
        program_kill(&program);
    said = said_text(&program.said[1]);
    if (!ending_was_not_run(&program.ending, said) && WIFEXITED(program.ending.status))
        facts = json_pack("{s:b, s:o}", "starts", 1, "said", last_line(said));
    else
        facts = json_pack("{s:b, s:o}", "starts", 0, "why",
                          json_string_nocheck(
                              ending_describe(&program.ending, said, why, sizeof(why))));
    program_release(&program);
    return facts;
}

/* Returns whether a line of the file, with its newline, has `word` in it. */
static bool mentions(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = strstr(line, word) != NULL;
    if (file)
        fclose(file);
    return found;
}

json_t *doctor_fact_fuse(const struct command_context *context, const json_t *question,
                         struct error *error)
{
    struct stat device;

    (void)context;
    (void)question;
    (void)error;
    return json_pack("{s:b, s:b}", "kernel",
                     mentions("/proc/filesystems", "nodev\tfuse\n"), "device",
                     stat("/dev/fuse", &device) == 0 && S_ISCHR(device.st_mode));
}

/* The kernel is asked for a clone of nothing, which no kernel gives. */
json_t *doctor_fact_mounts(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    (void)context;
    (void)question;
    (void)error;
    return json_pack("{s:b}", "can_be_cloned",
                     open_tree(-1, "", OPEN_TREE_CLONE) >= 0 || errno != ENOSYS);
}

/* What is wrong with the words of the line: null where nothing is. */
static json_t *fault_of(const struct plugstack_line *line)
{
    struct error error = {.party = ERROR_NONE};
    struct settings settings;

    settings_init(&settings);
    return settings_apply_all(&settings, line->word_count, line->words, &error) < 0
               ? json_string(error.text)
               : json_null();
}

json_t *doctor_fact_plugstack(const struct command_context *context,
                              const json_t *question, struct error *error)
{
    const char *config = json_string_value(json_object_get(question, "slurm"));
    struct error fault = {.party = ERROR_NONE};
    struct plugstack_line line;
    struct slurm_place place;
    json_t *facts;
    int count;

    (void)context;
    (void)error;
    slurm_place_read(&place, config);
    count = plugstack_find(place.plugstack, &line, &fault);
    facts = json_pack("{s:s, s:s, s:s, s:i}", "plugins", place.plugins, "own", PLUGIN_DIR,
                      "path", place.plugstack, "count", count);
    if (count < 0)
        json_object_set_new(facts, "fault", json_string(fault.text));
    if (count > 0)
        json_object_set_new(facts, "line",
                            json_pack("{s:s, s:i, s:b, s:s, s:o}", "file", line.file,
                                      "number", (int)line.number, "required",
                                      line.required, "plugin", line.plugin, "fault",
                                      fault_of(&line)));
    return facts;
}

/* What of `path` keeps a user who is not its owner from reading it: null when nothing
 * does, since root's word is not enough: everybody's srun loads the plugin. */
static json_t *closed_part(const char *path)
{
    char part[PATH_SIZE];
    struct stat status;
    const char *slash = path;

    while ((slash = strchr(slash + 1, '/'))) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (stat(part, &status) == 0 && !(status.st_mode & S_IXOTH))
            return json_string(part);
    }
    return stat(path, &status) == 0 && !(status.st_mode & S_IROTH) ? json_string(path)
                                                                   : json_null();
}

json_t *doctor_fact_paths(const struct command_context *context, const json_t *question,
                          struct error *error)
{
    json_t *facts = json_object(), *one;
    size_t index;

    (void)context;
    (void)error;
    json_array_foreach(json_object_get(question, "paths"), index, one) {
        const char *path = json_string_value(one);
        bool is_there = access(path, F_OK) == 0;
        const char *fault = is_there || errno != EACCES ? NULL : strerror(errno);

        json_object_set_new(facts, path,
                            json_pack("{s:b, s:b, s:s?, s:o}", "is_there", is_there,
                                      "is_readable", access(path, R_OK) == 0, "fault",
                                      fault, "closed", closed_part(path)));
    }
    return facts;
}

json_t *doctor_fact_plugin(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    char *said =
        plugin_trial(json_text(question, "plugins"), json_text(question, "path"), error);
    json_t *text = said ? json_string_nocheck(said) : NULL;

    (void)context;
    free(said);
    return text;
}

json_t *doctor_fact_mpi(const struct command_context *context, const json_t *question,
                        struct error *error)
{
    const char *best = slurm_mpi_best(error);

    (void)context;
    (void)question;
    return best ? json_string(best) : NULL;
}

json_t *doctor_fact_client_ids(const struct command_context *context,
                               const json_t *question, struct error *error)
{
    struct id_owner owner;

    (void)question;
    (void)error;
    if (!id_owner_find(context->settings, &owner))
        return json_false();
    return json_pack("{s:s, s:o, s:I, s:I, s:s?}", "kind", owner.kind, "name",
                     json_string_nocheck(owner.name), "first", (json_int_t)owner.first,
                     "last", (json_int_t)owner.last, "failure",
                     owner.failure ? strerror(owner.failure) : NULL);
}

json_t *doctor_fact_keepers(const struct command_context *context, const json_t *question,
                            struct error *error)
{
    const char *run = context->settings->run;
    char pattern[2 * SETTINGS_PATH_SIZE];
    glob_t found = {.gl_pathc = 0};
    json_t *facts;

    (void)question;
    if (access(run, R_OK | X_OK) < 0 && errno != ENOENT) {
        error_set(error, ERROR_NODE, "cannot look into %s: %s; ask as root", run,
                  strerror(errno));
        return NULL;
    }
    snprintf(pattern, sizeof(pattern), "%s/*/[0-9]*", run);
    glob(pattern, 0, NULL, &found);
    facts = json_pack("{s:I, s:s?}", "count", (json_int_t)found.gl_pathc, "first",
                      found.gl_pathc > 0 ? found.gl_pathv[0] : NULL);
    globfree(&found);
    return facts;
}

json_t *doctor_fact_mentions(const struct command_context *context,
                             const json_t *question, struct error *error)
{
    json_t *found = json_array(), *path;
    size_t index;

    (void)context;
    (void)error;
    json_array_foreach(json_object_get(question, "paths"), index, path) {
        if (mentions(json_string_value(path), json_text(question, "word")))
            json_array_append(found, path);
    }
    return found;
}

json_t *doctor_fact_exported(const struct command_context *context,
                             const json_t *question, struct error *error)
{
    const char *name;
    json_t *value;

    (void)context;
    (void)error;
    json_object_foreach(json_object_get(question, "variables"), name, value) {
        if (json_is_string(value))
            setenv(name, json_string_value(value), 1);
        else
            unsetenv(name);
    }
    return json_true();
}
