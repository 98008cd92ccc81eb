/* slurm_place.h: where the Slurm of this machine looks for its files.
 */
#ifndef ATELIER_SLURM_PLACE_H
#define ATELIER_SLURM_PLACE_H

#include "settings.h"

struct slurm_place {
    char plugins[SETTINGS_PATH_SIZE];   /* directories, separated by `:` */
    char plugstack[SETTINGS_PATH_SIZE]; /* plugstack.conf, which need not exist */
};

/* Asks slurmctld; where it does not answer, what ./configure found and the usual places
 * are taken. */
void slurm_place_find(struct slurm_place *place);

#endif
