/* prune.h: a bound on how many inodes the kernel remembers, and this process with it.
 *
 * The kernel forgets names only when the node is short of memory: a walk over a million
 * files would keep a million handles here. So from a number on, the kernel is asked to
 * let go of those that nobody uses (FUSE_NOTIFY_PRUNE, Linux 6.18): open files and
 * working directories stay. An older kernel takes such a wish from root alone. There,
 * from a larger number on, the keeper (crowd.h) makes it drop all names of a volume that
 * nobody uses, and until then listings tell names without inodes.
 *
 * If that does not help, the inodes are in use, or the keeper does not act: from a still
 * larger number on, nothing new is found or made (ENFILE), and the node's log gets a
 * line.
 */
#ifndef ATELIER_NFS_PRUNE_H
#define ATELIER_NFS_PRUNE_H

#include "nfs/volume.h"

#define PRUNE_INODES 150000 /* of all volumes of the file server */
#define PRUNE_KEPT 750000   /* the same, for a kernel that only the keeper can ask */
#define PRUNE_MOST 900000   /* the same; each takes some 160 to 200 bytes */

/* When there are too many inodes, lets the kernel forget some that were not used
 * lately. */
void prune(struct volume *volume);

/* Return whether listings are to tell names alone; and whether nothing new is to be
 * told. */
bool prune_is_crowded(const struct volume *volume);
bool prune_is_full(const struct volume *volume);

#endif
