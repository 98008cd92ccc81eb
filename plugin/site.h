/* site.h: what the plugstack line says, and whether it is right.
 *
 * Each hook that starts a process of Slurm's reads it anew. A wrong line is told only
 * where a job uses Atelier: it must stop neither slurmd nor anybody else's job.
 */
#ifndef ATELIER_SITE_H
#define ATELIER_SITE_H

#include "lib/error.h"
#include "lib/settings.h"

struct site {
    struct settings settings;
    struct error failure; /* party ERROR_NONE when the line is right */
};

/* Reads the words of the line over the defaults. */
void site_read(struct site *site, int count, char *const words[]);

#endif
