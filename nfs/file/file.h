/* file.h: operations on open files.
 *
 * Reads go to the server one by one as the kernel asks (its read-ahead keeps several
 * under way) and are answered from the buffer that libnfs received them in. Writes are
 * kept, and sent after the program has its answer: writes.h says how, and what close and
 * fsync wait for.
 */
#ifndef ATELIER_NFS_FILE_H
#define ATELIER_NFS_FILE_H

#include "nfs/call/call.h"

void file_open(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);
void file_read(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
               struct fuse_file_info *file);
void file_write(fuse_req_t request, fuse_ino_t number, const char *data, size_t size,
                off_t offset, struct fuse_file_info *file);
void file_flush(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);
void file_fsync(fuse_req_t request, fuse_ino_t number, int data_only,
                struct fuse_file_info *file);
void file_release(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);

/* Gives an open file its number, by which lock.h knows it, before the kernel hears of
 * it. */
void file_give_number(struct volume *volume, struct fuse_file_info *file);

/* Count an open of `inode`, for which the server said `attributes` to the call; and the
 * end of one. */
void file_opened(struct call *call, struct inode *inode, const struct fattr3 *attributes);
void file_closed(struct volume *volume, struct inode *inode, int flags);

#endif
