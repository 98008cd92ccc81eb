/* policy_reader.h: whether slurmctld, which is not root, can read the policy that root
 * wrote.
 */
#ifndef ATELIER_POLICY_READER_H
#define ATELIER_POLICY_READER_H

#include "policy_host.h"

/* Adds to `known`, of slurm_configuration, what requirement.lua has as `unread`, where
 * SlurmUser cannot read a file of the policy in force. Only root can see with another
 * user's eyes, and only the controller's machine matters: elsewhere nothing is added. */
void policy_reader_add(const struct policy_host *host, json_t *known);

#endif
