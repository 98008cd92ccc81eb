/* slurm_place.h: where the Slurm of this machine looks for its files.
 */
#ifndef ATELIER_SLURM_PLACE_H
#define ATELIER_SLURM_PLACE_H

#include "lib/settings.h"

struct slurm_place {
    char plugins[SETTINGS_PATH_SIZE];   /* directories, separated by `:` */
    char directory[SETTINGS_PATH_SIZE]; /* of slurm.conf */
    char plugstack[SETTINGS_PATH_SIZE]; /* plugstack.conf, which need not exist */
};

/* Takes them from `config`, what `scontrol show config` said; NULL where it did not, and
 * then what ./configure found and the usual places are taken. */
void slurm_place_read(struct slurm_place *place, const char *config);

/* The same, and asks slurmctld itself. */
void slurm_place_find(struct slurm_place *place);

#endif
