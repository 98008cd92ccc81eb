/* running_slurmd.h: the slurmd that runs on this machine. */
#ifndef ATELIER_RUNNING_SLURMD_H
#define ATELIER_RUNNING_SLURMD_H

#include "cli/command_source.h"

/* The answer to the question "slurmd" of command_source.h. */
command_source running_slurmd;

#endif
