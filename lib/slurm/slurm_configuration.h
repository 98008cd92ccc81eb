/* slurm_configuration.h: what Slurm says of its configuration, and what of it lies on
 * this machine, for the engine's requirement.lua to judge.
 */
#ifndef ATELIER_SLURM_CONFIGURATION_H
#define ATELIER_SLURM_CONFIGURATION_H

#include <jansson.h>

/* Of `text`, what `scontrol show config` printed. Returns an object that the caller owns,
 * as requirement.lua describes it, but for slurmdbd. */
json_t *slurm_configuration(const char *text);

#endif
