/* scratch_place.h: where on a disk of the node the jobs' scratch directories are.
 *
 * The site's place may be one where every user makes names (/scratch, mode 1777). A user
 * may rename directories of their own there, so that a name does not tell whose a
 * directory is. So the jobs' directories are in one of root's, PATH/atelier-scratch,
 * where nobody else makes or changes a name.
 */
#ifndef ATELIER_SCRATCH_PLACE_H
#define ATELIER_SCRATCH_PLACE_H

#include "lib/error.h"

#include <stdbool.h>

#define SCRATCH_PLACE "atelier-scratch"

/* Opens root's directory below `path`, which nobody but root can exchange
 * (trusted_directory.h). With `create`, it is made when it is not there; what another
 * user made under its name is renamed, and stays. Returns its descriptor (O_PATH,
 * close-on-exec); or -1 with `error` filled. */
int scratch_place_open(const char *path, bool create, struct error *error);

#endif
