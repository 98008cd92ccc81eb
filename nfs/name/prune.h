/* prune.h: a bound on how many inodes the kernel remembers, and this process with it.
 *
 * The kernel forgets names when the node is short of memory, and not before: a walk over
 * a million files would keep a million handles here. So from a number on, the kernel is
 * asked to let go of those that nobody uses (FUSE_NOTIFY_PRUNE, Linux 6.18): open files
 * and working directories stay. An older kernel takes such a wish from root alone: from a
 * larger number on, the keeper (crowd.h) lets it drop all names of a volume that nobody
 * uses, and until then listings tell names without inodes.
 *
 * What is left is in use, or the keeper does not come: with yet more, nothing new is
 * found or made (ENFILE), and the node's log has a line on it.
 */
#ifndef ATELIER_NFS_PRUNE_H
#define ATELIER_NFS_PRUNE_H

#include "nfs/volume.h"

#define PRUNE_INODES 150000 /* of all volumes of the file server */
#define PRUNE_KEPT 750000   /* likewise, for a kernel that only the keeper can ask */
#define PRUNE_MOST 900000   /* likewise, of some 160 to 200 bytes each */

/* When there are too many inodes, lets the kernel forget some that were not used lately.
 */
void prune(struct volume *volume);

/* Whether listings are to tell names alone; and whether nothing new is to be told. */
bool prune_is_crowded(const struct volume *volume);
bool prune_is_full(const struct volume *volume);

#endif
