/* lock.h: byte-range locks (fcntl) and flock.
 *
 * With a lock service the file server keeps them, so that the volume's other nodes, and
 * other clients of its export, see them. As with the kernel's client, flock locks the
 * whole file, so that it and fcntl exclude each other; and to lock is also to ask for the
 * file's present size and time. Without a service (volume->locks is NULL, as the policy
 * says), the kernel keeps the locks among the processes of the node, and nothing here is
 * called.
 */
#ifndef ATELIER_NFS_LOCK_H
#define ATELIER_NFS_LOCK_H

#include "nfs/volume.h"

void lock_test(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
               struct flock *lock);
void lock_set(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
              struct flock *lock, int wait);
void lock_whole_file(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
                     int operation);

/* Ends the process's fcntl locks on the file, as POSIX wants it when any descriptor is
 * closed. Then answers `request`, which may be NULL, with `cause`, an errno or 0. */
void lock_flush(fuse_req_t request, struct volume *volume, struct inode *inode,
                const struct fuse_file_info *file, int cause);

/* As lock_flush, when all that was written is safe, whatever becomes of the close. */
void lock_flush_after_writes(struct volume *volume, struct inode *inode,
                             const struct fuse_file_info *file);

/* Ends all locks that were taken through an open file, after its last descriptor was
 * closed and when all that was written is safe. It answers nothing. */
void lock_release(struct volume *volume, struct inode *inode,
                  const struct fuse_file_info *file);

/* Returns whether the server gave away a lock of this file that its holder still believes
 * in: then writing must fail (EIO) until the holder has given it up. */
bool lock_is_lost(const struct inode *inode);

#endif
