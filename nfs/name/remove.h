/* remove.h: operations that take a name away.
 *
 * NFSv3 knows no open files: a server forgets a file with its last name. So a name whose
 * file is open here is changed to ".nfs..." instead of being removed, and that name is
 * removed at the last close, as every NFS client does.
 */
#ifndef ATELIER_NFS_REMOVE_H
#define ATELIER_NFS_REMOVE_H

#include "nfs/call/call.h"

void remove_file(fuse_req_t request, fuse_ino_t parent, const char *name);
void remove_directory(fuse_req_t request, fuse_ino_t parent, const char *name);
void remove_by_rename(fuse_req_t request, fuse_ino_t parent, const char *name,
                      fuse_ino_t new_parent, const char *new_name, unsigned flags);

/* Removes the hidden name of `inode` after its last close. */
void remove_hidden(struct volume *volume, struct inode *inode);

#endif
