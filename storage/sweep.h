/* sweep.h: deleting directories that users filled.
 *
 * It goes by descriptor, never into another mount, never through a symbolic link, and
 * needs a handful of descriptors however deep the tree is. The users' processes may go on
 * changing the tree meanwhile; the work ends all the same.
 */
#ifndef ATELIER_SWEEP_H
#define ATELIER_SWEEP_H

#include <stdbool.h>

#define SWEEP_PREFIX "atelier." /* of all names that sweep_left may delete */

/* Deletes all that is below the open directory `top`, on which readdir(3) must be
 * possible. */
void sweep_opened(int top);

/* Deletes the directory `name` below the open directory `parent`, where nobody else makes
 * names. Returns 0 when it is gone. */
int sweep_one(int parent, const char *name);

/* Returns whether there is anything with the prefix below `parent` besides `name`. */
bool sweep_has_others(int parent, const char *name);

/* Deletes every directory below `parent` whose name has the prefix and on which nobody
 * holds a lock. Returns 0 when all those are gone. */
int sweep_left(int parent);

#endif
