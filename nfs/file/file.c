/* file.c: serves operations on open files. */
#include "nfs/file/file.h"

#include "nfs/call/status.h"
#include "nfs/file/append.h"
#include "nfs/file/retry.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock.h"
#include "nfs/name/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_TO_EXECUTE 0x20 /* the kernel's __FMODE_EXEC, passed on in the flags */

void file_give_number(struct volume *volume, struct fuse_file_info *file)
{
    file->fh = ++volume->numbers_given;
}

static bool can_map(int flags)
{
    return (flags & O_ACCMODE) == O_RDWR;
}

void file_opened(struct call *call, struct inode *inode, const struct fattr3 *attributes)
{
    inode->opens++;
    inode->mappers += can_map(call->file.flags);
    call->volume->opens++;
    told_remember(inode, attributes);
    append_learn(call, inode, attributes->size);
}

void file_closed(struct volume *volume, struct inode *inode, int flags)
{
    inode->opens--;
    inode->mappers -= can_map(flags);
    volume->opens--;
    if (inode->opens > 0)
        return;
    free(inode->opened);
    inode->opened = NULL;
    writes_closed(inode);
    if (inode->hidden)
        remove_hidden(volume, inode);
}

static u_int rights_to_open(int flags)
{
    if (flags & OPEN_TO_EXECUTE)
        return ACCESS3_EXECUTE;
    switch (flags & O_ACCMODE) {
    case O_RDONLY:
        return ACCESS3_READ;
    case O_WRONLY:
        return ACCESS3_MODIFY | ACCESS3_EXTEND;
    default:
        return ACCESS3_READ | ACCESS3_MODIFY | ACCESS3_EXTEND;
    }
}

/* Opens the file, close-to-open: cached pages stay only if the file is as it was when
 * they were read. The kernel writes with O_APPEND at the size that it knows. So an open
 * that finds another size fails with ESTALE, upon which the kernel looks the name up
 * again, and opens once more; a second ESTALE would reach the program. The same is done
 * for a removed file that the server still knows: the name may be another file's by
 * now. */
static void finish_open(struct call *call, const struct fattr3 *attributes)
{
    struct inode *inode = call->inode;
    struct version present = version_of(attributes);
    struct retries *retries = &call->volume->retries;
    pid_t task = call->request ? fuse_req_ctx(call->request)->pid : 0;

    if (!retry_is(retries, task) &&
        (attributes->nlink == 0 ||
         writes_size(inode, attributes->size) != inode->size_told)) {
        retry_expect(retries, task);
        call_fail(call, ESTALE);
        return;
    }
    inode->recent = 1;
    call->file.keep_cache = version_equal(&inode->cached, &present);
    if (!call->file.keep_cache) {
        fuse_lowlevel_notify_inval_inode(call->volume->session,
                                         volume_number(call->volume, inode), -1, 0);
        inode->cached = present;
    }
    file_give_number(call->volume, &call->file);
    if (call->request && fuse_reply_open(call->request, &call->file) == 0)
        file_opened(call, inode, attributes);
    call_finish(call);
}

static void open_attributes_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else
        finish_open(call, &answered->GETATTR3res_u.resok.obj_attributes);
}

static void open_access_done(struct call *call, void *result)
{
    const struct ACCESS3res *answered = result;
    const struct ACCESS3resok *granted = &answered->ACCESS3res_u.resok;
    u_int wanted = rights_to_open(call->file.flags);

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
    } else if ((granted->access & wanted) != wanted) {
        call_fail(call, EACCES);
    } else if (granted->obj_attributes.attributes_follow) {
        finish_open(call, &granted->obj_attributes.post_op_attr_u.attributes);
    } else {
        call->arguments.getattr.object = inode_handle(call->inode);
        call_send(call, PROCEDURE_GETATTR, open_attributes_done);
    }
}

static void ask_to_open(struct call *call)
{
    append_mark(call, call->inode);
    call->arguments.access.object = inode_handle(call->inode);
    call->arguments.access.access = rights_to_open(call->file.flags);
    call_send(call, PROCEDURE_ACCESS, open_access_done);
}

/* Asks with one ACCESS call, which brings the attributes too. A program that only reads
 * has nothing to flush. */
void file_open(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct call *call = call_begin(request, number);

    if (!call)
        return;
    call->file = *file;
    call->file.noflush = (file->flags & O_ACCMODE) == O_RDONLY && !call->volume->locks;
    writes_await(call, WAIT_ANSWERS, ask_to_open);
}

void file_release(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct volume *volume = fuse_req_userdata(request);
    struct inode *inode = volume_inode(volume, number);

    lock_release(volume, inode, file);
    file_closed(volume, inode, file->flags);
    fuse_reply_err(request, 0);
}

static void read_part(struct call *call);

static void answer_read(struct call *call, const char *data, size_t size)
{
    call->volume->bytes_read += size;
    if (call->request)
        fuse_reply_buf(call->request, data, size);
    call_finish(call);
}

static void read_done(struct call *call, void *result)
{
    const struct READ3res *answered = result;
    const struct READ3resok *part = &answered->READ3res_u.resok;
    size_t size = part->data.data_len;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    if (size > call->arguments.read.count || (size == 0 && !part->eof)) {
        call_fail(call, EIO);
        return;
    }
    if (call->moved == 0 && (size == call->size || part->eof)) {
        answer_read(call, part->data.data_val, size);
        return;
    }
    if (!call->buffer)
        call->buffer = malloc(call->size);
    if (!call->buffer) {
        call_fail(call, ENOMEM);
        return;
    }
    memcpy(call->buffer + call->moved, part->data.data_val, size);
    call->moved += size;
    if (call->moved == call->size || part->eof)
        answer_read(call, call->buffer, call->moved);
    else
        read_part(call);
}

static void read_part(struct call *call)
{
    size_t left = call->size - call->moved;

    call->arguments.read.file = inode_handle(call->inode);
    call->arguments.read.offset = call->offset + call->moved;
    call->arguments.read.count =
        left < call->volume->read_max ? (u_int)left : call->volume->read_max;
    call_send(call, PROCEDURE_READ, read_done);
}

void file_read(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
               struct fuse_file_info *file)
{
    struct call *call = call_begin_open(request, number);

    (void)file;
    if (!call)
        return;
    call->size = size;
    call->offset = (uint64_t)offset;
    if (writes_overlap(call->inode, call->offset, size))
        writes_await(call, WAIT_ANSWERS, read_part);
    else
        read_part(call);
}

static void answer_flush(struct call *call)
{
    lock_flush(call_detach(call), call->volume, call->inode, &call->file,
               writes_error(call->inode, false));
    call_finish(call);
}

static void answer_fsync(struct call *call)
{
    call_fail(call, writes_error(call->inode, true));
}

/* Flushes, close-to-open: a close waits until the server has everything. A program's end
 * closes its files, too, when no signal reaches it any more (call_force). */
void file_flush(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct volume *volume = fuse_req_userdata(request);
    struct call *call;

    if (!volume_inode(volume, number)->writes) {
        lock_flush(request, volume, volume_inode(volume, number), file, 0);
        return;
    }
    lock_flush_after_writes(volume, volume_inode(volume, number), file);
    call = call_begin_open(request, number);
    if (!call)
        return;
    call->file = *file;
    call_force(call);
    writes_await(call, WAIT_COMMIT, answer_flush);
}

void file_fsync(fuse_req_t request, fuse_ino_t number, int data_only,
                struct fuse_file_info *file)
{
    struct call *call = call_begin_open(request, number);

    (void)data_only;
    (void)file;
    if (call)
        writes_await(call, WAIT_COMMIT, answer_fsync);
}
