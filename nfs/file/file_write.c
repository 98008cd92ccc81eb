/* file_write.c: serves writes to open files. */
#include "nfs/call/status.h"
#include "nfs/file/append.h"
#include "nfs/file/file.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static void write_through(struct call *call);

static void answer_write(struct call *call)
{
    struct inode *inode = call->inode;
    fuse_req_t request = call_detach(call);

    if (inode->size_told < call->kernels + call->size)
        inode->size_told = call->kernels + call->size;
    if (request)
        fuse_reply_write(request, call->size);
    if (append_is_displaced(call))
        append_correct(call);
    else
        call_finish(call);
}

static void write_done(struct call *call, void *result)
{
    const struct WRITE3res *answered = result;
    const struct WRITE3resok *part = &answered->WRITE3res_u.resok;
    struct inode *inode = call->inode;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    if (part->count == 0 || part->count > call->arguments.write.count ||
        part->committed != FILE_SYNC) {
        call_fail(call, EIO);
        return;
    }
    version_follow(&inode->cached, &part->file_wcc);
    call->moved += part->count;
    call->volume->bytes_written += part->count;
    if (call->moved < call->size)
        write_through(call);
    else
        answer_write(call);
}

/* Writes what is left of the data. The server answers when it is safe on its disk. */
static void write_through(struct call *call)
{
    struct WRITE3args *arguments = &call->arguments.write;
    size_t left = call->size - call->moved;

    arguments->file = inode_handle(call->inode);
    arguments->offset = call->offset + call->moved;
    arguments->count =
        left < call->volume->write_max ? (u_int)left : call->volume->write_max;
    arguments->stable = FILE_SYNC;
    arguments->data.data_len = arguments->count;
    arguments->data.data_val = (char *)call->data + call->moved;
    call_send(call, PROCEDURE_WRITE, write_done);
}

/* Makes the call own its data. A large write keeps the buffer that it came in, without a
 * copy; small ones would waste it. */
static int own_data(struct call *call)
{
    if (call->buffer)
        return 0;
    if (call->size >= call->volume->write_max / 4 * 3) {
        call_take_buffer(call);
        return 0;
    }
    call->buffer = malloc(call->size);
    if (!call->buffer)
        return -1;
    memcpy(call->buffer, call->data, call->size);
    call->data = call->buffer;
    return 0;
}

static void keep_data(struct call *call)
{
    struct inode *inode = call->inode;
    bool large = call->size >= call->volume->write_max / 4 * 3;

    if (writes_keep(call->volume, inode, call->offset, call->data, call->size,
                    large ? call->buffer : NULL) < 0) {
        call_fail(call, ENOMEM);
        return;
    }
    if (large)
        call->buffer = NULL;
    answer_write(call);
}

static void accept_write(struct call *call)
{
    told_change(call->volume, call->inode);
    if (!call->file.writepage)
        append_wrote(call->inode, call->offset + call->size);
    if (writes_go_through(call->volume, call->inode)) {
        writes_patch(call->inode, call->offset, call->data, call->size);
        write_through(call);
    } else {
        keep_data(call);
    }
}

static void take_write(struct call *call)
{
    bool direct = writes_go_through(call->volume, call->inode);
    bool waits = direct || writes_must_wait(call);
    bool large = call->size >= call->volume->write_max / 4 * 3;

    if ((waits || large) && own_data(call) < 0)
        call_fail(call, ENOMEM);
    else if (waits)
        writes_await(call, direct ? WAIT_ANSWERS : WAIT_ROOM, accept_write);
    else
        accept_write(call);
}

static void take_append(struct call *call)
{
    if (!append_knows(call) && own_data(call) < 0)
        call_fail(call, ENOMEM);
    else
        append_place(call, take_write);
}

void file_write(fuse_req_t request, fuse_ino_t number, const char *data, size_t size,
                off_t offset, struct fuse_file_info *file)
{
    struct call *call = call_begin_open(request, number);

    if (!call)
        return;
    if (lock_is_lost(call->inode)) {
        call_fail(call, EIO);
        return;
    }
    call->locks = true;
    call->data = data;
    call->size = size;
    call->offset = call->kernels = (uint64_t)offset;
    call->file = *file;
    if (file->flags & O_APPEND && !file->writepage)
        take_append(call);
    else
        take_write(call);
}
