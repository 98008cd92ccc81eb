/* start.h: what the plugin knows of a step from its start on; one a slurmstepd, and a
 * copy in each of its tasks. */
#ifndef ATELIER_START_H
#define ATELIER_START_H

#include "lib/launcher/launcher.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"
#include "plugin/membership.h"
#include "plugin/one_voice.h"
#include "plugin/ours.h"
#include "plugin/step_files.h"
#include "plugin/step_layout.h"
#include "plugin/step_secret.h"

#include <stdbool.h>

struct start {
    const struct settings *settings;
    struct step step;
    struct membership membership;
    /* What follows is filled in where the step has a membership. */
    struct launcher launcher;  /* of the step's framework, and what it said ahead */
    struct step_layout layout; /* of whose texts the launcher's session is made */
    struct ours ours;
    bool compat; /* as in compat.h */
    struct step_files files;
    struct step_secret secret; /* for the launch check */
    struct one_voice voice;
    unsigned ended; /* tasks of this node, in slurmstepd */
};

/* Frees what it holds and makes it empty. */
void start_release(struct start *start);

#endif
