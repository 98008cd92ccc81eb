/* told.h: what the kernel is told of a file's attributes, and for how long it may use
 * them.
 *
 * The rule is that of the kernel's NFS client: 3 s for a file and 30 s for a directory
 * after a change, and twice as long each time that they turn out unchanged when that is
 * over, up to 60 s. What is seen for the first time is treated as if it had been watched
 * since its last change, so that old trees (packages, data sets) need not be asked about
 * again at every start of a program. A policy's attribute_cache is a fixed time instead;
 * 0 keeps nothing. A name is remembered no longer than what it stands for, and only as
 * long as its directory stays as it was (names.h). Names that do not exist are not
 * remembered at all, so that a file that another node has just made is found.
 */
#ifndef ATELIER_NFS_TOLD_H
#define ATELIER_NFS_TOLD_H

#include "nfs/volume.h"

/* Fills `status` from what the server said of the inode, and notes that it is told now.
 * Returns for how many seconds it holds. */
double told_attributes(struct volume *volume, struct inode *inode,
                       const struct fattr3 *attributes, struct stat *status);

/* Returns for how many seconds attributes hold after the server said them. */
double told_lifetime(const struct volume *volume, const struct inode *inode);

/* Returns whether that is what the kernel was told last. */
bool told_is(const struct inode *inode, const struct fattr3 *attributes);

/* Remembers what the server said of an open file, for tasks that must not wait for it. */
void told_remember(struct inode *inode, const struct fattr3 *attributes);

/* Fills `status` from what was remembered and from what was written since, as the kernel
 * was told. Returns whether something is known. */
bool told_known(const struct inode *inode, struct stat *status);

/* Notes that the kernel changed the inode itself: an older listing says nothing of it any
 * more. */
void told_change(struct volume *volume, struct inode *inode);

/* Returns a moment later than all before; the kernel was last told of an inode at
 * inode->told. */
uint32_t told_moment(struct volume *volume);
bool told_since(const struct inode *inode, uint32_t moment);

#endif
