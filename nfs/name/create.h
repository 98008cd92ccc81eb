/* create.h: operations that make a name. */
#ifndef ATELIER_NFS_CREATE_H
#define ATELIER_NFS_CREATE_H

#include "nfs/call/call.h"

void create_file(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode,
                 struct fuse_file_info *file);
void create_node(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode,
                 dev_t device);
void create_directory(fuse_req_t request, fuse_ino_t parent, const char *name,
                      mode_t mode);
void create_symlink(fuse_req_t request, const char *target, fuse_ino_t parent,
                    const char *name);
void create_link(fuse_req_t request, fuse_ino_t number, fuse_ino_t parent,
                 const char *name);

#endif
