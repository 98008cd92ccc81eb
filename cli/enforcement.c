#include "enforcement.h"

#include "policy_reader.h"
#include "slurm_command.h"
#include "slurm_configuration.h"
#include "slurm_inventory.h"

#include <string.h>

static bool is_counted(const json_t *limits)
{
    const json_t *limit;
    size_t index;

    json_array_foreach(
        limits, index,
        limit) if (strstr(json_string_value(json_object_get(limit, "enforced_by")),
                          "association")) return true;
    return false;
}

/* What enforcement.lua is asked: `known` is NULL where Slurm did not answer, and why is
 * `cause`. */
static json_t *question_of(const json_t *answer, const json_t *known, struct error *cause)
{
    const json_t *decision = json_object_get(answer, "decision");
    json_t *limits = json_object_get(answer, "limits");
    json_t *asked = json_pack("{s:O}", "limits", limits), *rows = NULL;

    if (known && is_counted(limits))
        rows = slurm_inventory_account(
            json_string_value(json_object_get(decision, "account")), cause);
    if (cause->party != ERROR_NONE)
        json_object_set_new(asked, "fault", json_string(cause->text));
    json_object_set(asked, "slurm", json_object_get(known, "slurm"));
    json_object_set(asked, "job_submit", json_object_get(known, "job_submit"));
    json_object_set_new(asked, "associations", rows);
    return asked;
}

static int judge_limits(struct policy_host *host, json_t *answer, const json_t *known,
                        struct error *cause, struct error *error)
{
    json_t *asked = question_of(answer, known, cause);
    json_t *results =
        policy_host_call(host, "atelier.enforcement", "judge", asked, error);
    const json_t *judged = json_array_get(results, 0);
    json_t *limit;
    size_t index;

    json_array_foreach(json_object_get(answer, "limits"), index, limit)
    {
        json_object_del(limit, "enforced_by");
        json_object_update(limit, json_array_get(judged, index));
    }
    json_decref(asked);
    json_decref(results);
    return results ? 0 : -1;
}

static int warn(struct policy_host *host, json_t *answer, json_t *known,
                struct error *error)
{
    json_t *results, *found;

    policy_reader_add(policy_host_files(host), known);
    results = policy_host_call(host, "atelier.requirement", "check", known, error);
    found = json_array_get(results, 0);

    json_object_set(answer, "warnings", json_object_get(found, "problems"));
    json_decref(results);
    return results ? 0 : -1;
}

int enforcement_add(struct policy_host *host, json_t *answer, struct error *error)
{
    struct error cause = {.party = ERROR_NONE};
    json_t *known;
    int status;

    if (json_object_size(json_object_get(answer, "decision")) == 0)
        return 0;
    known = slurm_configuration(false, SLURM_COMMAND_MS, &cause);
    status = known ? warn(host, answer, known, error) : 0;
    if (status == 0)
        status = judge_limits(host, answer, known, &cause, error);
    json_decref(known);
    return status;
}
