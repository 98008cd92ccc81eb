/* new_experiment.h: a mistyped name begins an experiment, too: its user is told.
 */
#ifndef ATELIER_NEW_EXPERIMENT_H
#define ATELIER_NEW_EXPERIMENT_H

#include "lib/settings.h"
#include "plugin/options.h"

/* Tells who submits a job that its experiment is a new one, where that can be known
 * within 1.5 seconds; it costs nobody more, and what fails is nobody's loss. */
void new_experiment_tell(const struct options *options, const struct settings *settings);

#endif
