/* plugin_trial.h: Slurm's own word on whether it can load the plugin.
 */
#ifndef ATELIER_PLUGIN_TRIAL_H
#define ATELIER_PLUGIN_TRIAL_H

#include "lib/error.h"

/* Has `sbatch --help` load the file `plugin` as if it were required, by a configuration
 * of its own that is gone afterwards, with Slurm's plugins in `plugins`: nothing of the
 * cluster is asked or changed. Returns what it said, malloc'ed; or NULL with `error`
 * filled. */
char *plugin_trial(const char *plugins, const char *plugin, struct error *error);

#endif
