/* slurm_inventory.h: what Slurm and slurmdbd know, for comparison with the policy. */
#ifndef ATELIER_SLURM_INVENTORY_H
#define ATELIER_SLURM_INVENTORY_H

#include "error.h"

#include <jansson.h>

/* Both return an object, which the caller owns, mostly of lists of rows
 * (slurm_command_rows); or NULL with `error` filled. */

/* What the policy names:
 *
 *     partitions    name
 *     qos           name
 *     accounts      account, organization
 */
json_t *slurm_inventory_names(struct error *error);

/* All that apply compares, of the cluster that scontrol speaks to:
 *
 *     cluster           its name
 *     wckeys_enforced   whether jobs need a wckey that slurmdbd knows
 *     accounts          account, organization, coordinators (also those of the accounts
 *                       above), description
 *     associations      account, user, partition, parent, grp_tres, grp_tres_mins,
 *                       grp_jobs, grp_submit, max_wall, qos; limits as set, not inherited
 *     users             user, default_account
 *     qos               name
 *     wckeys            user, wckey; only where they are enforced
 *     jobs              account, user: of each job that is pending or running
 */
json_t *slurm_inventory_accounting(struct error *error);

/* The rows of one account on all clusters, an array: cluster, and what associations have
 * above; of the account's own the user is "". */
json_t *slurm_inventory_account(const char *account, struct error *error);

#endif
