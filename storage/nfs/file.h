/* file.h: operations on open files.
 *
 * Writes are FILE_SYNC: what the server has acknowledged is on its disk, and so fsync(2)
 * and close(2) have nothing left to do once the kernel has written its pages. They are
 * not implemented here: the kernel then takes them for done.
 */
#ifndef ATELIER_NFS_FILE_H
#define ATELIER_NFS_FILE_H

#include "call.h"

void file_open(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);
void file_read(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
               struct fuse_file_info *file);
void file_write(fuse_req_t request, fuse_ino_t number, const char *data, size_t size,
                off_t offset, struct fuse_file_info *file);
void file_release(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);

/* Counts an open of `inode`, and the end of one. */
void file_opened(struct volume *volume, struct inode *inode);
void file_closed(struct volume *volume, struct inode *inode);

#endif
