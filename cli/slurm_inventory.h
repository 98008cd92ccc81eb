/* slurm_inventory.h: what Slurm and slurmdbd know, for comparison with the policy. */
#ifndef ATELIER_SLURM_INVENTORY_H
#define ATELIER_SLURM_INVENTORY_H

#include "error.h"

#include <jansson.h>

/* Asks scontrol and sacctmgr. Returns an object, which the caller owns, of lists of rows
 * (slurm_command_rows); or NULL with `error` filled:
 *
 *     partitions  name
 *     qos         name
 *     accounts    account, organization
 */
json_t *slurm_inventory_names(struct error *error);

#endif
