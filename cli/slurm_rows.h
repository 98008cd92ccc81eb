/* slurm_rows.h: what one of Slurm's programs prints in lines of fields. */
#ifndef ATELIER_SLURM_ROWS_H
#define ATELIER_SLURM_ROWS_H

#include "lib/error.h"

#include <jansson.h>

/* Runs argv[0] with the NULL-terminated `argv` as slurm_command_run does. Returns an
 * array, which the caller owns, of one object for each line: its fields, which `|`
 * separates, under the NULL-terminated `names` in their order. The last field takes the
 * rest of the line. */
json_t *slurm_rows(const char *const argv[], const char *const names[],
                   struct error *error);

#endif
