/* plugin_trial.h: Slurm's own word on whether it can load the plugin.
 */
#ifndef ATELIER_PLUGIN_TRIAL_H
#define ATELIER_PLUGIN_TRIAL_H

#include "lib/error.h"
#include "lib/slurm/slurm_place.h"

#include <stdbool.h>

/* Has sbatch load the file `plugin` as if it were required, by a configuration of its own
 * that is gone afterwards: nothing of the cluster is asked or changed. Returns whether it
 * did; else `error` says why not. */
bool plugin_trial(const struct slurm_place *place, const char *plugin,
                  struct error *error);

#endif
