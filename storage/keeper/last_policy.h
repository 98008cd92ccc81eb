/* last_policy.h: the last good policy that this node knows, for when the file is broken.
 *
 * slurmctld goes on with the policy that it read before. The nodes must do the same, or
 * the jobs that slurmctld admits would fail at their start. A copy of the policy and of
 * the files that it includes is in STATE/policy, readable by root alone
 * (settings_use_last_policy).
 */
#ifndef ATELIER_LAST_POLICY_H
#define ATELIER_LAST_POLICY_H

#include "lib/policy/policy_text.h"
#include "lib/settings.h"

/* Keeps a policy that could be used. Nothing is written when the copy is the same.
 * Returns 0; or -1 with `error` filled (ERROR_NODE), and the old copy still whole. */
int last_policy_keep(const struct settings *settings, const struct policy_text *policy,
                     struct error *error);

#endif
