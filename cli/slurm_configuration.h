/* slurm_configuration.h: what Slurm says of its configuration, and what of it lies on
 * this machine, for the engine's requirement.lua to judge.
 */
#ifndef ATELIER_SLURM_CONFIGURATION_H
#define ATELIER_SLURM_CONFIGURATION_H

#include "lib/error.h"

#include <jansson.h>
#include <stdbool.h>

/* Returns an object that the caller owns, as requirement.lua describes it; or NULL with
 * `error` filled when slurmctld does not answer within `milliseconds`. With `accounting`,
 * slurmdbd is asked, too, for as long; that it does not answer is no failure. */
json_t *slurm_configuration(bool accounting, int milliseconds, struct error *error);

/* The same, of `text`, what `scontrol show config` printed, without slurmdbd. */
json_t *slurm_configuration_here(const char *text);

#endif
