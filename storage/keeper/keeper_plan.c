/* keeper_plan.c: has the policy decide what the job gets on this node. */
#include "lib/hostlist.h"
#include "storage/keeper/keeper.h"
#include "storage/keeper/last_policy.h"

#define IDENTITY_MS 2000 /* the user database's share of the start */
#define RECORD_MS 4000   /* slurmctld's share; it may be about to come back */

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

/* Asks the last good policy of this node, after `error` said that the policy is broken.
 * Where there is none, `error` stays. */
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

static unsigned long count_nodes(const struct facts *facts)
{
    struct hostlist nodes = {.count = 0};
    unsigned long count = 1;

    if (*facts->nodes && hostlist_expand(&nodes, facts->nodes, NULL) == 0)
        count = nodes.count;
    hostlist_release(&nodes);
    return count;
}

static void ask_slurmctld(struct keeper *keeper)
{
    job_comment_ask(&keeper->comment, keeper->settings, keeper->facts.job,
                    count_nodes(&keeper->facts));
}

static int await_record(struct keeper *keeper, const struct deadline *deadline,
                        struct error *error)
{
    struct deadline own = deadline_after(RECORD_MS);

    if (deadline_left(deadline) < deadline_left(&own))
        own = *deadline;
    keeper->facts.record = keeper->comment.text;
    keeper->is_unanswered = job_comment_await(&keeper->comment, &own, error) < 0;
    return keeper->is_unanswered ? -1 : 0;
}

/* Makes the plan of a job that asks for a workspace. slurmctld is asked while the user's
 * names are found. */
static int plan_wanted(struct keeper *keeper, const struct deadline *deadline,
                       struct error *error)
{
    struct error unread = {.party = ERROR_NONE};
    int found;

    ask_slurmctld(keeper);
    found = find_user(keeper, deadline, error);
    if (await_record(keeper, deadline, found < 0 ? &unread : error) < 0 || found < 0)
        return -1;
    return ask_policy(keeper, error);
}

/* Makes the plan of a job that asks for nothing, when the present policy has a workspace
 * for it. The record says whether there was one when the job was submitted; without that
 * answer the job fails rather than run outside of its workspace. */
static int plan_default(struct keeper *keeper, const struct deadline *deadline,
                        struct error *error)
{
    if (find_user(keeper, deadline, error) < 0 || ask_policy(keeper, error) < 0)
        return -1;
    if (!keeper->plan)
        return 0;
    ask_slurmctld(keeper);
    if (await_record(keeper, deadline, error) < 0)
        return -1;
    plan_destroy(keeper->plan);
    keeper->plan = NULL;
    return ask_policy(keeper, error);
}

int keeper_make_plan(struct keeper *keeper, const struct deadline *deadline,
                     struct error *error)
{
    return facts_ask(&keeper->facts) ? plan_wanted(keeper, deadline, error)
                                     : plan_default(keeper, deadline, error);
}
