/* file_pattern.h: the name of a file that a step was given as a pattern.
 *
 *     %j %J %A %a %b %s %n %t %N %u %x %%, each with a width, "%4t"; in a name with a
 *     backslash nothing is special but the backslashes
 */
#ifndef ATELIER_FILE_PATTERN_H
#define ATELIER_FILE_PATTERN_H

#include "plugin/spank_job.h"

#include <limits.h>
#include <stdbool.h>

/* Whether Slurm makes of `pattern` a file for each task or node, which the nodes open;
 * all others are opened by srun itself. */
bool file_pattern_is_of_nodes(const char *pattern);

/* Writes what slurmstepd makes of `pattern` for the first task of this node to `path`. An
 * unknown letter stays, as does one that Slurm says nothing for. */
void file_pattern_expand(char path[PATH_MAX], const char *pattern,
                         struct spank_handle *spank, const struct step *step);

#endif
