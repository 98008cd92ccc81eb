/* entry.h: operations on names and attributes. */
#ifndef ATELIER_NFS_ENTRY_H
#define ATELIER_NFS_ENTRY_H

#include "nfs/call/call.h"

void entry_lookup(fuse_req_t request, fuse_ino_t parent, const char *name);
void entry_forget(fuse_req_t request, fuse_ino_t number, uint64_t count);
void entry_forget_multi(fuse_req_t request, size_t count,
                        struct fuse_forget_data *forgets);
void entry_getattr(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file);
void entry_setattr(fuse_req_t request, fuse_ino_t number, struct stat *status, int valid,
                   struct fuse_file_info *file);
void entry_access(fuse_req_t request, fuse_ino_t number, int mask);
void entry_readlink(fuse_req_t request, fuse_ino_t number);
void entry_statfs(fuse_req_t request, fuse_ino_t number);

/* Answers with the entry call->name in call->inode by asking the server for it.
 * Operations whose own result did not tell everything end with it, too. */
void entry_answer_by_lookup(struct call *call);

/* Takes GETATTR's result, and answers with an entry for call->other. */
void entry_attributes_done(struct call *call, void *result);

#endif
