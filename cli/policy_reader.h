/* policy_reader.h: whether slurmctld, which is not root, can read the policy that root
 * wrote.
 */
#ifndef ATELIER_POLICY_READER_H
#define ATELIER_POLICY_READER_H

#include <jansson.h>

/* Adds to `known`, of slurm_configuration, what requirement.lua has as `unread`, where
 * SlurmUser cannot read one of `files`, those of the policy in force. Only root can see
 * with another user's eyes, and only the controller's machine matters: elsewhere nothing
 * is added. */
void policy_reader_add(const json_t *files, json_t *known);

#endif
