/* directory.h: an open directory, and what the server listed of it.
 *
 * The server is asked for more than FUSE's small buffers hold; the rest is kept until the
 * kernel asks for it. FUSE's offset of an entry is NFS's cookie of it.
 */
#ifndef ATELIER_NFS_DIRECTORY_H
#define ATELIER_NFS_DIRECTORY_H

#include "nfs/call/call.h"

/* Drops a reference; NULL is allowed. */
void directory_drop(struct directory *directory);

void directory_opendir(fuse_req_t request, fuse_ino_t number,
                       struct fuse_file_info *file);
void directory_readdir(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                       struct fuse_file_info *file);
void directory_readdirplus(fuse_req_t request, fuse_ino_t number, size_t size,
                           off_t offset, struct fuse_file_info *file);
void directory_releasedir(fuse_req_t request, fuse_ino_t number,
                          struct fuse_file_info *file);

#endif
