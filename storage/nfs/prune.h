/* prune.h: a bound on how many inodes the kernel remembers, and this process with it.
 *
 * The kernel forgets names when the node is short of memory, and not before: a walk over
 * a million files would keep a million handles here. So from a number on, the kernel is
 * asked to let go of those that nobody uses (FUSE_NOTIFY_PRUNE, Linux 6.18): open files
 * and working directories stay. An older kernel cannot be asked without danger - the
 * notice that takes a name away waits for a lock whose holder may be waiting for us - and
 * there the bound is the kernel's own, at some 150 bytes each.
 */
#ifndef ATELIER_NFS_PRUNE_H
#define ATELIER_NFS_PRUNE_H

#include "volume.h"

#define PRUNE_INODES 150000 /* of all volumes of the file server */

/* Makes the kernel ask again for every name, once: the way to them is barred or opened
 * for those that it knows already (FUSE_NOTIFY_INC_EPOCH, Linux 6.16). */
void prune_names(struct volume *volume);

/* When there are too many inodes, lets the kernel forget some that were not used lately.
 */
void prune(struct volume *volume);

#endif
