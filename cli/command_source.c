/* command_source.c: what a command may ask of this machine beside Slurm's programs. */
#include "cli/command_source.h"

#include "cli/doctor/doctor_fact.h"
#include "cli/doctor/running_slurmd.h"
#include "cli/file_edit.h"
#include "cli/imagined_step.h"
#include "cli/json_text.h"
#include "cli/launcher_text.h"
#include "cli/policy_reader.h"
#include "cli/user.h"
#include "cli/volume/volume_mounted.h"
#include "cli/volume/volume_question.h"
#include "lib/launcher/launcher.h"
#include "lib/launcher/launcher_directory.h"
#include "lib/slurm/host_list.h"
#include "lib/slurm/slurm_configuration.h"
#include "lib/trusted_file.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static unsigned count_at(const json_t *question, const char *key)
{
    return (unsigned)json_integer_value(json_object_get(question, key));
}

static json_t *describe_one(const char *launchers, const char *name)
{
    struct launcher launcher = {.directory = launchers};
    struct error error = {.party = ERROR_NONE};
    struct record *description;
    json_t *one;

    if (framework_parse(&launcher.framework, "framework", name, &error) < 0 ||
        launcher_describe(&description, &launcher, &error) < 0)
        return json_pack("{s:s, s:s}", "name", name, "fault", error.text);
    one =
        json_pack("{s:s, s:s*}", "name", name, "title", record_get(description, "title"));
    record_destroy(description);
    return one;
}

static json_t *ask_launchers(const struct command_context *context,
                             const json_t *question, struct error *error)
{
    struct launcher_names names;
    json_t *list;

    (void)question;
    if (launcher_names_read(&names, context->settings->launchers, error) < 0)
        return NULL;
    list = json_array();
    for (size_t i = 0; i < names.count; i++)
        json_array_append_new(list,
                              describe_one(context->settings->launchers, names.names[i]));
    launcher_names_release(&names);
    return list;
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

static json_t *ask_launcher(const struct command_context *context, const json_t *question,
                            struct error *error)
{
    struct error fault = {.party = ERROR_NONE};
    struct launcher launcher = {.directory = context->settings->launchers};
    const char *name = launcher.framework.name;
    struct record *description;
    json_t *answer;

    if (framework_parse(&launcher.framework, "framework",
                        json_text(question, "framework"), error) < 0)
        return NULL;
    if (launcher_describe(&description, &launcher, &fault) < 0)
        return json_pack("{s:s, s:s}", "name", name, "fault", fault.text);
    answer = json_pack("{s:s, s:s*, s:s*, s:o}", "name", name, "title",
                       record_get(description, "title"), "example",
                       record_get(description, "example"), "settings",
                       settings_of(description));
    record_destroy(description);
    return answer;
}

static json_t *ask_layout(const struct command_context *context, const json_t *question,
                          struct error *error)
{
    const struct imagined_step step = {.nodes = count_at(question, "nodes"),
                                       .tasks = count_at(question, "tasks"),
                                       .cpus_per_task =
                                           count_at(question, "cpus_per_task"),
                                       .gpus = count_at(question, "gpus")};
    struct launcher launcher = {.directory = context->settings->launchers};

    if (framework_parse(&launcher.framework, "--framework",
                        json_text(question, "framework"), error) < 0)
        return NULL;
    return imagined_step_tasks(&launcher, &step,
                               json_is_true(json_object_get(question, "all")),
                               json_object_get(question, "environment"), error);
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

static json_t *ask_file(const struct command_context *context, const json_t *question,
                        struct error *error)
{
    const char *path = json_text(question, "path");
    bool is_script = json_is_true(json_object_get(question, "in_path"));
    char found[PATH_MAX];
    json_t *value = NULL;
    size_t length;
    char *text;

    (void)context;
    snprintf(found, sizeof(found), "%s", path);
    if (is_script)
        find_script(path, found);
    text = plain_file_read(found, &length, error);
    if (text)
        value =
            is_script ? json_stringn_nocheck(text, length) : json_stringn(text, length);
    if (text && !value)
        error_set(error, ERROR_USER, "%s is not a text in UTF-8", path);
    free(text);
    return value;
}

static json_t *ask_launcher_texts(const struct command_context *context,
                                  const json_t *question, struct error *error)
{
    (void)question;
    (void)error;
    return launcher_texts(context->settings->launchers);
}

static json_t *ask_hosts(const struct command_context *context, const json_t *question,
                         struct error *error)
{
    json_t *answers = json_array();
    const json_t *list;
    size_t index;

    (void)context;
    (void)error;
    json_array_foreach(json_object_get(question, "lists"), index, list) {
        const char *path = json_text(list, "path"), *text = json_text(list, "text");
        char *hosts = path ? host_list_read(path) : host_list_expand(text ? text : "");
        json_t *answer = hosts ? json_string(hosts) : NULL;

        json_array_append_new(answers, answer ? answer : json_false());
        free(hosts);
    }
    return answers;
}

static json_t *ask_person(const struct command_context *context, const json_t *question,
                          struct error *error)
{
    const char *user = json_text(question, "user");
    json_t *person = json_pack("{s:o}", "groups", user_groups(user));

    (void)context;
    (void)error;
    if (user_id(user) >= 0)
        json_object_set_new(person, "uid", json_integer(user_id(user)));
    return person;
}

static json_t *ask_members(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    (void)context;
    (void)error;
    return user_group_members(json_object_get(question, "groups"));
}

static json_t *ask_environment(const struct command_context *context,
                               const json_t *question, struct error *error)
{
    static const char *const prefixes[] = {"SBATCH_", "SLURM_", "ATELIER_"};
    json_t *environment = json_object();

    (void)context;
    (void)question;
    (void)error;
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

    if (stat(json_text(needed, "path"), &status) < 0)
        return false;
    return strcmp(json_text(needed, "type"), "directory") == 0 ? S_ISDIR(status.st_mode)
                                                               : S_ISREG(status.st_mode);
}

static json_t *ask_lacking(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    json_t *lacking = json_array();
    json_t *one;
    size_t index;

    (void)context;
    (void)error;
    json_array_foreach(json_object_get(question, "needed"), index, one) {
        if (!is_there(one))
            json_array_append(lacking, one);
    }
    return lacking;
}

static json_t *ask_unknown(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    (void)context;
    return user_unknown(question, error);
}

static json_t *ask_configuration(const struct command_context *context,
                                 const json_t *question, struct error *error)
{
    json_t *known = slurm_configuration(json_text(question, "slurm"));

    (void)context;
    if (known)
        policy_reader_add(json_object_get(question, "policy"), known);
    else
        error_set(error, ERROR_NODE, "out of memory for Slurm's configuration");
    return known;
}

static json_t *ask_mounted(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    (void)context;
    (void)error;
    return json_boolean(volume_mounted_any(json_object_get(question, "volumes")));
}

static json_t *ask_file_servers(const struct command_context *context,
                                const json_t *question, struct error *error)
{
    return volume_question_ask(context->settings, json_object_get(question, "volumes"),
                               error);
}

static const struct source {
    const char *name;
    bool is_recorded;
    command_source *ask;
} sources[] = {
    {"launchers", false, ask_launchers},
    {"launcher", false, ask_launcher},
    {"layout", false, ask_layout},
    {"launcher_texts", false, ask_launcher_texts},
    {"file", false, ask_file},
    {"texts", false, file_edit_texts},
    {"hosts", false, ask_hosts},
    {"person", true, ask_person},
    {"members", true, ask_members},
    {"environment", false, ask_environment},
    {"lacking", true, ask_lacking},
    {"unknown", true, ask_unknown},
    {"mounted", true, ask_mounted},
    {"file_servers", true, ask_file_servers},
    {"configuration", false, ask_configuration},
    {"settings", true, doctor_fact_settings},
    {"start", true, doctor_fact_start},
    {"fuse", true, doctor_fact_fuse},
    {"mounts", true, doctor_fact_mounts},
    {"plugstack", true, doctor_fact_plugstack},
    {"paths", true, doctor_fact_paths},
    {"plugin", true, doctor_fact_plugin},
    {"mpi", true, doctor_fact_mpi},
    {"client_ids", true, doctor_fact_client_ids},
    {"slurmd", true, running_slurmd},
    {"keepers", true, doctor_fact_keepers},
    {"mentions", true, doctor_fact_mentions},
    {"exported", false, doctor_fact_exported},
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
    const struct source *source = find_source(json_text(question, "source"));

    return source && source->is_recorded;
}

json_t *command_source_ask(const struct command_context *context, const json_t *question,
                           struct error *error)
{
    const char *name = json_text(question, "source");
    const struct source *source = find_source(name);

    if (source)
        return source->ask(context, question, error);
    error_set(
        error, ERROR_SITE,
        "there is nothing called `%s` to ask here: install atelier and its Lua files "
        "of one release",
        name ? name : "");
    return NULL;
}
