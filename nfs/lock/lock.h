/* lock.h: byte-range locks (fcntl) and flock.
 *
 * With a lock service they are the file server's: the volume's other nodes, and other
 * clients of its export, see them. As with the kernel's client, flock is a lock of the
 * whole file, so it and fcntl's meet, and to lock is also to ask for the file's present
 * size and time. Without a service (volume->locks is NULL, by the policy's word), the
 * kernel keeps them among the processes of the node, and nothing here is called.
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

/* A descriptor was closed: the process's fcntl locks on the file end, as POSIX wants.
 * Then answers `request`, which may be NULL, with `cause`, an errno or 0. */
void lock_flush(fuse_req_t request, struct volume *volume, struct inode *inode,
                const struct fuse_file_info *file, int cause);

/* Lets them end when all that was written is safe, whatever becomes of the close. */
void lock_flush_after_writes(struct volume *volume, struct inode *inode,
                             const struct fuse_file_info *file);

/* An open file's last descriptor was closed: all locks that were taken through it end
 * when all that was written is safe. Answers nothing. */
void lock_release(struct volume *volume, struct inode *inode,
                  const struct fuse_file_info *file);

/* Whether the server gave away a lock of this file that its holder believes in: then
 * writing must fail (EIO) until the holder has given it up. */
bool lock_is_lost(const struct inode *inode);

#endif
