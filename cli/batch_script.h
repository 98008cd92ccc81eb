/* batch_script.h: the lines of a batch script that sbatch reads options from. */
#ifndef ATELIER_BATCH_SCRIPT_H
#define ATELIER_BATCH_SCRIPT_H

#include "error.h"

#include <jansson.h>

/* Reads the script as sbatch would find it: `path`, or one in the PATH. Appends the
 * options of its #SBATCH lines to `words` (of sbatch_option.h) and to `notes` sentences
 * about lines that sbatch reads and this does not: those of other plugins' options, of
 * further components of a heterogeneous job and of other schedulers. Returns 0, or -1
 * with `error` filled. */
int batch_script_read(const char *path, json_t *words, json_t *notes,
                      struct error *error);

#endif
