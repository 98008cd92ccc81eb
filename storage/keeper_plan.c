#include "keeper.h"
#include "last_policy.h"

#define IDENTITY_MS 2000 /* the user database's share of the start */

static int find_user(struct keeper *keeper, const struct deadline *deadline,
                     struct error *error)
{
    struct deadline own = deadline_after(IDENTITY_MS);

    if (deadline_left(deadline) < deadline_left(&own))
        own = *deadline;
    if (identity_find(&keeper->identity, keeper->facts.uid, keeper->facts.gid, &own,
                      error) < 0)
        return -1;
    keeper->facts.user = keeper->identity.user;
    keeper->facts.groups = keeper->identity.groups;
    keeper->facts.group_count = keeper->identity.group_count;
    return 0;
}

static void log_error(const struct keeper *keeper, const char *event,
                      const struct error *error)
{
    struct record *more = record_create();

    if (more && record_set(more, "error", error->text) == 0)
        keeper_log(keeper, event, clock_milliseconds() - keeper->started, more);
    record_destroy(more);
}

/* The policy is broken, which `error` says. The node has a last good one, or `error`
 * stays. */
static int ask_last_policy(struct keeper *keeper, struct error *error)
{
    struct policy_text policy = {.count = 0};
    struct error cause = {.party = ERROR_NONE};
    struct settings last = *keeper->settings;
    int status;

    settings_use_last_policy(&last);
    status = plan_create(&keeper->plan, &last, &keeper->facts, &policy, &cause);
    policy_text_release(&policy);
    if (status < 0 && cause.party != ERROR_USER)
        return -1;
    log_error(keeper, "broken-policy", error);
    *error = cause;
    return status;
}

static int ask_policy(struct keeper *keeper, struct error *error)
{
    struct policy_text policy = {.count = 0};
    struct error cause = {.party = ERROR_NONE};
    int status =
        plan_create(&keeper->plan, keeper->settings, &keeper->facts, &policy, error);

    if (status < 0 && error->party == ERROR_SITE && !policy.exposed)
        status = ask_last_policy(keeper, error);
    else if (policy.count > 0 && (status == 0 || error->party == ERROR_USER) &&
             last_policy_keep(keeper->settings, &policy, &cause) < 0)
        log_error(keeper, "no-policy-copy", &cause);
    policy_text_release(&policy);
    return status;
}

int keeper_make_plan(struct keeper *keeper, const struct deadline *deadline,
                     struct error *error)
{
    return find_user(keeper, deadline, error) < 0 ? -1 : ask_policy(keeper, error);
}
