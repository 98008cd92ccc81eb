/* command_source.c: what a command may ask of this machine beside Slurm's programs. */
#include "cli/command_source.h"

#include "cli/host_list.h"
#include "cli/launcher_text.h"
#include "cli/layout.h"
#include "cli/policy_reader.h"
#include "cli/slurm_configuration.h"
#include "cli/user.h"
#include "cli/volume/volume_mounted.h"
#include "cli/volume/volume_question.h"
#include "lib/launcher/launcher.h"
#include "lib/launcher/launcher_directory.h"
#include "lib/trusted_file.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

struct source_question {
    const struct settings *settings;
    const json_t *asked;
    struct error *error; /* is filled where there is no answer */
};

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static json_t *part_of(const struct source_question *question, const char *key)
{
    return json_object_get(question->asked, key);
}

static const char *text_of(const struct source_question *question, const char *key)
{
    return json_string_value(part_of(question, key));
}

static unsigned count_of(const struct source_question *question, const char *key)
{
    return (unsigned)json_integer_value(part_of(question, key));
}

/* An array [ how it is written, what it is ] of each setting. */
static json_t *settings_of(const struct record *description)
{
    const size_t prefix = strlen(LAUNCHER_SETTING_PREFIX);
    json_t *rows = json_array();

    for (size_t i = 0; i < record_count(description); i++) {
        const char *text = record_value(description, i);
        size_t form = strcspn(text, "\t");

        if (strncmp(record_key(description, i), LAUNCHER_SETTING_PREFIX, prefix) == 0)
            json_array_append_new(
                rows, json_pack("[s%s]", text, form, text + form + (text[form] == '\t')));
    }
    return rows;
}

static json_t *describe(const struct launcher *launcher)
{
    struct error fault = {.party = ERROR_NONE};
    const char *name = launcher->framework.name;
    struct record *description;
    json_t *answer;

    if (launcher_describe(&description, launcher, &fault) < 0)
        return json_pack("{s:s, s:s}", "name", name, "fault", fault.text);
    answer = json_pack("{s:s, s:s*, s:s*, s:o}", "name", name, "title",
                       record_get(description, "title"), "example",
                       record_get(description, "example"), "settings",
                       settings_of(description));
    record_destroy(description);
    return answer;
}

static json_t *ask_launchers(const struct source_question *question)
{
    struct launcher launcher = {.directory = question->settings->launchers};
    struct launcher_names names;
    json_t *list;

    if (launcher_names_read(&names, question->settings->launchers, question->error) < 0)
        return NULL;
    list = json_array();
    for (size_t i = 0; i < names.count; i++)
        if (framework_parse(&launcher.framework, "framework", names.names[i],
                            question->error) == 0)
            json_array_append_new(list, describe(&launcher));
    launcher_names_release(&names);
    return list;
}

static json_t *ask_launcher(const struct source_question *question)
{
    struct launcher launcher = {.directory = question->settings->launchers};

    return framework_parse(&launcher.framework, "framework",
                           text_of(question, "framework"), question->error) < 0
               ? NULL
               : describe(&launcher);
}

static json_t *ask_layout(const struct source_question *question)
{
    const struct layout_wish wish = {.nodes = count_of(question, "nodes"),
                                     .tasks = count_of(question, "tasks"),
                                     .cpus_per_task = count_of(question, "cpus_per_task"),
                                     .gpus = count_of(question, "gpus")};
    struct launcher launcher = {.directory = question->settings->launchers};

    if (framework_parse(&launcher.framework, "--framework",
                        text_of(question, "framework"), question->error) < 0)
        return NULL;
    return layout_tasks(&launcher, &wish, json_is_true(part_of(question, "all")),
                        part_of(question, "environment"), question->error);
}

/* As sbatch looks for a script: a name without a slash may be in the PATH. */
static void find_script(const char *path, char found[PATH_MAX])
{
    const char *directories = getenv("PATH");
    char list[PATH_MAX], *rest = list, *directory;

    snprintf(found, PATH_MAX, "%s", path);
    if (strchr(path, '/') || access(path, R_OK) == 0 || !directories)
        return;
    snprintf(list, sizeof(list), "%s", directories);
    while ((directory = strsep(&rest, ":"))) {
        snprintf(found, PATH_MAX, "%.2000s/%.2000s", directory, path);
        if (access(found, R_OK) == 0)
            return;
    }
    snprintf(found, PATH_MAX, "%s", path);
}

static json_t *ask_file(const struct source_question *question)
{
    const char *path = text_of(question, "path");
    bool is_script = json_is_true(part_of(question, "in_path"));
    char found[PATH_MAX];
    json_t *value = NULL;
    size_t length;
    char *text;

    snprintf(found, sizeof(found), "%s", path);
    if (is_script)
        find_script(path, found);
    text = plain_file_read(found, &length, question->error);
    if (text)
        value =
            is_script ? json_stringn_nocheck(text, length) : json_stringn(text, length);
    if (text && !value)
        error_set(question->error, ERROR_USER, "%s is not a text in UTF-8", path);
    free(text);
    return value;
}

static json_t *ask_launcher_texts(const struct source_question *question)
{
    return launcher_texts(question->settings->launchers);
}

static json_t *ask_hosts(const struct source_question *question)
{
    json_t *answers = json_array();
    const json_t *list;
    size_t index;

    json_array_foreach(part_of(question, "lists"), index, list) {
        const char *path = text_at(list, "path"), *text = text_at(list, "text");
        char *hosts = path ? host_list_read(path) : host_list_expand(text ? text : "");
        json_t *answer = hosts ? json_string(hosts) : NULL;

        json_array_append_new(answers, answer ? answer : json_false());
        free(hosts);
    }
    return answers;
}

static json_t *ask_person(const struct source_question *question)
{
    const char *user = text_of(question, "user");
    json_t *person = json_pack("{s:o}", "groups", user_groups(user));

    if (user_id(user) >= 0)
        json_object_set_new(person, "uid", json_integer(user_id(user)));
    return person;
}

static json_t *ask_members(const struct source_question *question)
{
    return user_group_members(part_of(question, "groups"));
}

static json_t *ask_environment(const struct source_question *question)
{
    static const char *const prefixes[] = {"SBATCH_", "SLURM_", "ATELIER_"};
    json_t *environment = json_object();

    (void)question;
    for (char **entry = environ; *entry; entry++)
        for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
            const char *equals = strchr(*entry, '=');

            if (equals && strncmp(*entry, prefixes[i], strlen(prefixes[i])) == 0)
                json_object_setn_new(environment, *entry, (size_t)(equals - *entry),
                                     json_string(equals + 1));
        }
    return environment;
}

static bool is_there(const json_t *needed)
{
    struct stat status;

    if (stat(text_at(needed, "path"), &status) < 0)
        return false;
    return strcmp(text_at(needed, "type"), "directory") == 0 ? S_ISDIR(status.st_mode)
                                                             : S_ISREG(status.st_mode);
}

static json_t *ask_lacking(const struct source_question *question)
{
    json_t *lacking = json_array();
    json_t *one;
    size_t index;

    json_array_foreach(part_of(question, "needed"), index, one) {
        if (!is_there(one))
            json_array_append(lacking, one);
    }
    return lacking;
}

static json_t *ask_unknown(const struct source_question *question)
{
    return user_unknown(question->asked, question->error);
}

static json_t *ask_configuration(const struct source_question *question)
{
    json_t *known = slurm_configuration_here(text_of(question, "slurm"));

    if (known)
        policy_reader_add(part_of(question, "policy"), known);
    else
        error_set(question->error, ERROR_NODE, "out of memory for Slurm's configuration");
    return known;
}

static json_t *ask_mounted(const struct source_question *question)
{
    return json_boolean(volume_mounted_any(part_of(question, "volumes")));
}

static json_t *ask_file_servers(const struct source_question *question)
{
    return volume_question_ask(question->settings, part_of(question, "volumes"),
                               question->error);
}

static const struct source {
    const char *name;
    bool is_recorded;
    json_t *(*ask)(const struct source_question *question);
} sources[] = {
    {"launchers", false, ask_launchers},
    {"launcher", false, ask_launcher},
    {"layout", false, ask_layout},
    {"launcher_texts", false, ask_launcher_texts},
    {"file", false, ask_file},
    {"hosts", false, ask_hosts},
    {"person", true, ask_person},
    {"members", true, ask_members},
    {"environment", false, ask_environment},
    {"lacking", true, ask_lacking},
    {"unknown", true, ask_unknown},
    {"mounted", true, ask_mounted},
    {"file_servers", true, ask_file_servers},
    {"configuration", false, ask_configuration},
};

static const struct source *find_source(const char *name)
{
    for (size_t i = 0; name && i < sizeof(sources) / sizeof(sources[0]); i++)
        if (strcmp(sources[i].name, name) == 0)
            return &sources[i];
    return NULL;
}

bool command_source_is_recorded(const json_t *question)
{
    const struct source *source = find_source(text_at(question, "source"));

    return source && source->is_recorded;
}

json_t *command_source_ask(const struct command_context *context, const json_t *asked,
                           struct error *error)
{
    const struct source_question question = {
        .settings = context->settings, .asked = asked, .error = error};
    const char *name = text_at(asked, "source");
    const struct source *source = find_source(name);

    if (source)
        return source->ask(&question);
    error_set(
        error, ERROR_SITE,
        "there is nothing called `%s` to ask here: install atelier and its Lua files "
        "of one release",
        name ? name : "");
    return NULL;
}
