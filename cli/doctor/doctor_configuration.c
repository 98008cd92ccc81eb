/* doctor_configuration.c: whether Slurm's configuration is as policy and plugin need
 * it. */
#include "cli/doctor/doctor_check.h"
#include "cli/lua_json.h"
#include "cli/policy_reader.h"
#include "cli/slurm_configuration.h"
#include "lib/policy/policy_engine.h"
#include "lib/slurm/slurm_command.h"

#include <stdio.h>
#include <stdlib.h>

static void add(json_t *answers, bool good, const char *text)
{
    json_array_append_new(answers, json_pack("{s:s, s:b, s:s}", "check", "Slurm", "good",
                                             good, "text", text));
}

/* Of a policy that cannot be used, which another check tells, only what any needs. */
static json_t *load(struct policy_engine *engine, const struct settings *settings)
{
    struct policy_text *policy = calloc(1, sizeof(*policy));
    struct error ignored = {.party = ERROR_NONE};
    json_t *files = json_array();
    char path[POLICY_TEXT_PATH_SIZE];

    if (policy && policy_text_read(policy, settings->policy, &ignored) == 0 &&
        policy_engine_ask(engine, policy, NULL, &ignored) == 0 &&
        !*policy_engine_problems(engine))
        for (size_t i = 0; i < policy->count; i++) {
            policy_text_path(policy, policy->files[i].name, path);
            json_array_append_new(files, json_string(path));
        }
    if (policy)
        policy_text_release(policy);
    free(policy);
    return files;
}

static json_t *look(const struct settings *settings, struct error *error)
{
    json_t *known = slurm_configuration(true, SLURM_COMMAND_MS, error), *found = NULL;
    struct policy_engine *engine =
        known ? policy_engine_create(settings->lua, true, &policy_engine_command_limits,
                                     error)
              : NULL;

    if (engine) {
        json_t *files = load(engine, settings);

        policy_reader_add(files, known);
        found = lua_json_call(engine, "atelier.site.requirement", "check", known, error);
        json_decref(files);
    }
    policy_engine_destroy(engine);
    json_decref(known);
    return found;
}

bool doctor_configuration(const struct settings *settings, json_t *answers)
{
    struct error error = {.party = ERROR_NONE};
    json_t *found = look(settings, &error);
    const json_t *problems = json_object_get(found, "problems"), *sentence;
    bool is_good = found && json_array_size(problems) == 0;
    size_t index;

    if (!found)
        add(answers, false, error.text);
    json_array_foreach(problems, index, sentence)
        add(answers, false, json_string_value(sentence));
    if (is_good)
        add(answers, true, "its configuration has what the policy and the plugin need");
    json_array_foreach(json_object_get(found, "notes"), index, sentence) {
        char text[ERROR_TEXT_SIZE + 8];

        snprintf(text, sizeof(text), "note: %s", json_string_value(sentence));
        add(answers, true, text);
    }
    json_decref(found);
    return is_good;
}
