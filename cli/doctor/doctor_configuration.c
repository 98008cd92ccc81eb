/* doctor_configuration.c: whether Slurm's configuration is as policy and plugin need
 * it. */
#include "cli/doctor/doctor_check.h"
#include "cli/policy_host.h"
#include "cli/policy_reader.h"
#include "cli/slurm_configuration.h"
#include "lib/slurm/slurm_command.h"

#include <stdio.h>

static void add(json_t *answers, bool good, const char *text)
{
    json_array_append_new(answers, json_pack("{s:s, s:b, s:s}", "check", "Slurm", "good",
                                             good, "text", text));
}

/* Of a policy that cannot be used, which another check tells, only what any needs. */
static struct policy_host *load(const struct settings *settings, struct error *error)
{
    struct error ignored = {.party = ERROR_NONE};
    struct policy_host *host = policy_host_open(settings, NULL, &ignored);

    return host ? host : policy_host_without(settings, true, error);
}

static json_t *look(const struct settings *settings, struct error *error)
{
    json_t *known = slurm_configuration(true, SLURM_COMMAND_MS, error), *results = NULL;
    struct policy_host *host = known ? load(settings, error) : NULL;

    if (host)
        policy_reader_add(policy_host_files(host), known);
    if (host)
        results =
            policy_host_call(host, "atelier.site.requirement", "check", known, error);
    policy_host_destroy(host);
    json_decref(known);
    return results;
}

bool doctor_configuration(const struct settings *settings, json_t *answers)
{
    struct error error = {.party = ERROR_NONE};
    json_t *results = look(settings, &error);
    const json_t *found = json_array_get(results, 0);
    const json_t *problems = json_object_get(found, "problems"), *sentence;
    bool is_good = results && json_array_size(problems) == 0;
    size_t index;

    if (!results)
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
    json_decref(results);
    return is_good;
}
