/* last_policy.h: the last good policy that this node knows, for when the file is broken.
 *
 * slurmctld goes on with the policy that it read before, so the nodes must, or the jobs
 * that it admits would fail at their start. A copy of the policy and of the files that it
 * includes stands in STATE/policy, readable by root alone (settings_use_last_policy).
 */
#ifndef ATELIER_LAST_POLICY_H
#define ATELIER_LAST_POLICY_H

#include "lib/policy/policy_text.h"
#include "lib/settings.h"

/* Keeps a policy that has served well. Nothing is written when the copy is the same.
 * Returns 0; or -1 with `error` filled (ERROR_NODE), and the copy of before still whole.
 */
int last_policy_keep(const struct settings *settings, const struct policy_text *policy,
                     struct error *error);

#endif
