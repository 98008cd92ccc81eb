/* create.c: serves operations that make a name. */
#include "nfs/name/create.h"

#include "nfs/call/status.h"
#include "nfs/file/append.h"
#include "nfs/file/file.h"
#include "nfs/name/entry.h"
#include "nfs/name/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Answers with what was made. The results of NFSv3's calls that make something differ in
 * type alone, so each has a function that takes it apart for this one. */
static void answer_made(struct call *call, int status, const struct wcc_data *change,
                        const struct post_op_fh3 *object,
                        const struct post_op_attr *attributes)
{
    names_changed(call->volume, call->inode, change);
    if (status != NFS3_OK)
        call_fail(call, status_errno(status));
    else if (object->handle_follows && attributes->attributes_follow)
        call_answer_entry(call, &object->post_op_fh3_u.handle,
                          &attributes->post_op_attr_u.attributes);
    else
        entry_answer_by_lookup(call);
}

static struct call *begin(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct call *call = call_begin(request, parent);

    if (call && call_set_name(call, call->name, name) < 0)
        return NULL;
    return call;
}

static void mkdir_done(struct call *call, void *result)
{
    const struct MKDIR3res *answered = result;
    const struct MKDIR3resok *made = &answered->MKDIR3res_u.resok;

    answer_made(call, answered->status,
                answered->status == NFS3_OK ? &made->dir_wcc
                                            : &answered->MKDIR3res_u.resfail.dir_wcc,
                &made->obj, &made->obj_attributes);
}

void create_directory(fuse_req_t request, fuse_ino_t parent, const char *name,
                      mode_t mode)
{
    struct call *call = begin(request, parent, name);

    if (!call)
        return;
    call->arguments.mkdir.where = call_where(call);
    attributes_of_mode(&call->arguments.mkdir.attributes, mode);
    call_send(call, PROCEDURE_MKDIR, mkdir_done);
}

static void symlink_done(struct call *call, void *result)
{
    const struct SYMLINK3res *answered = result;
    const struct SYMLINK3resok *made = &answered->SYMLINK3res_u.resok;

    answer_made(call, answered->status,
                answered->status == NFS3_OK ? &made->dir_wcc
                                            : &answered->SYMLINK3res_u.resfail.dir_wcc,
                &made->obj, &made->obj_attributes);
}

void create_symlink(fuse_req_t request, const char *target, fuse_ino_t parent,
                    const char *name)
{
    struct call *call = begin(request, parent, name);
    struct symlinkdata3 *link;

    if (!call)
        return;
    call->buffer = strdup(target);
    if (!call->buffer) {
        call_fail(call, ENOMEM);
        return;
    }
    link = &call->arguments.symlink.symlink;
    call->arguments.symlink.where = call_where(call);
    attributes_of_mode(&link->symlink_attributes, 0777);
    link->symlink_data = call->buffer;
    call_send(call, PROCEDURE_SYMLINK, symlink_done);
}

static void mknod_done(struct call *call, void *result)
{
    const struct MKNOD3res *answered = result;
    const struct MKNOD3resok *made = &answered->MKNOD3res_u.resok;

    answer_made(call, answered->status,
                answered->status == NFS3_OK ? &made->dir_wcc
                                            : &answered->MKNOD3res_u.resfail.dir_wcc,
                &made->obj, &made->obj_attributes);
}

static const struct wcc_data *change_of(const struct CREATE3res *answered)
{
    return answered->status == NFS3_OK ? &answered->CREATE3res_u.resok.dir_wcc
                                       : &answered->CREATE3res_u.resfail.dir_wcc;
}

static void regular_done(struct call *call, void *result)
{
    const struct CREATE3res *answered = result;
    const struct CREATE3resok *made = &answered->CREATE3res_u.resok;

    answer_made(call, answered->status, change_of(answered), &made->obj,
                &made->obj_attributes);
}

/* Refuses devices, since they could not be opened here (the mount is nodev). */
void create_node(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode,
                 dev_t device)
{
    struct call *call = begin(request, parent, name);
    struct MKNOD3args *arguments;

    (void)device;
    if (!call)
        return;
    arguments = &call->arguments.mknod;
    if (S_ISREG(mode)) {
        call->arguments.create.where = call_where(call);
        call->arguments.create.how.mode = GUARDED;
        attributes_of_mode(&call->arguments.create.how.createhow3_u.g_obj_attributes,
                           mode);
        call_send(call, PROCEDURE_CREATE, regular_done);
    } else if (S_ISFIFO(mode) || S_ISSOCK(mode)) {
        arguments->where = call_where(call);
        arguments->what.type = S_ISFIFO(mode) ? NF3FIFO : NF3SOCK;
        attributes_of_mode(&arguments->what.mknoddata3_u.pipe_attributes, mode);
        call_send(call, PROCEDURE_MKNOD, mknod_done);
    } else {
        call_fail(call, EPERM);
    }
}

/* Asks for the link's attributes again rather than take them from the answer, where
 * servers may leave them out or give the count of links from before. */
static void link_done(struct call *call, void *result)
{
    const struct LINK3res *answered = result;

    names_changed(call->volume, call->inode,
                  answered->status == NFS3_OK
                      ? &answered->LINK3res_u.resok.linkdir_wcc
                      : &answered->LINK3res_u.resfail.linkdir_wcc);
    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    call->arguments.getattr.object = inode_handle(call->other);
    call_send(call, PROCEDURE_GETATTR, entry_attributes_done);
}

void create_link(fuse_req_t request, fuse_ino_t number, fuse_ino_t parent,
                 const char *name)
{
    struct call *call = begin(request, parent, name);

    if (!call)
        return;
    call->other = inode_hold(volume_inode(call->volume, number));
    call->arguments.link.file = inode_handle(call->other);
    call->arguments.link.link = call_where(call);
    call_send(call, PROCEDURE_LINK, link_done);
}

static void answer_created(struct call *call, const struct fattr3 *attributes)
{
    struct volume *volume = call->volume;
    struct nfs_fh3 handle = inode_handle(call->other);
    struct fuse_entry_param entry;
    struct inode *inode;

    if (!call->request) {
        call_finish(call);
        return;
    }
    inode = call_entry(call, &handle, attributes, &entry);
    inode->cached = version_of(attributes);
    file_give_number(volume, &call->file);
    append_mark(call, inode);
    if (fuse_reply_create(call->request, &entry, &call->file) == 0)
        file_opened(call, inode, attributes);
    else
        inode_forget(&volume->inodes, inode, 1);
    inode_drop(&volume->inodes, inode);
    call_finish(call);
}

static void created_attributes_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else
        answer_created(call, &answered->GETATTR3res_u.resok.obj_attributes);
}

static void ask_created_attributes(struct call *call)
{
    call->arguments.getattr.object = inode_handle(call->other);
    call_send(call, PROCEDURE_GETATTR, created_attributes_done);
}

static void created_mode_done(struct call *call, void *result)
{
    const struct SETATTR3res *answered = result;
    const struct post_op_attr *after = &answered->SETATTR3res_u.resok.obj_wcc.after;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else if (after->attributes_follow)
        answer_created(call, &after->post_op_attr_u.attributes);
    else
        ask_created_attributes(call);
}

/* Sets the mode, which an exclusive create cannot carry, and both times, where the server
 * keeps its verifier. */
static void set_created_mode(struct call *call)
{
    struct sattr3 *changes = &call->arguments.setattr.new_attributes;

    memset(&call->arguments, 0, sizeof(call->arguments));
    call->arguments.setattr.object = inode_handle(call->other);
    attributes_of_mode(changes, call->mode);
    changes->atime.set_it = changes->mtime.set_it = SET_TO_SERVER_TIME;
    call_send(call, PROCEDURE_SETATTR, created_mode_done);
}

static void created_at(struct call *call, const struct nfs_fh3 *handle,
                       const struct post_op_attr *attributes)
{
    call->other = inode_get(&call->volume->inodes, handle);
    if (!call->other)
        call_fail(call, EIO);
    else if (call->file.flags & O_EXCL)
        set_created_mode(call);
    else if (attributes->attributes_follow)
        answer_created(call, &attributes->post_op_attr_u.attributes);
    else
        ask_created_attributes(call);
}

static void created_lookup_done(struct call *call, void *result)
{
    const struct LOOKUP3res *answered = result;
    const struct LOOKUP3resok *found = &answered->LOOKUP3res_u.resok;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else
        created_at(call, &found->object, &found->obj_attributes);
}

static void create_done(struct call *call, void *result)
{
    const struct CREATE3res *answered = result;
    const struct CREATE3resok *made = &answered->CREATE3res_u.resok;

    names_changed(call->volume, call->inode, change_of(answered));
    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
    } else if (made->obj.handle_follows) {
        created_at(call, &made->obj.post_op_fh3_u.handle, &made->obj_attributes);
    } else {
        call->arguments.lookup.what = call_where(call);
        call_send(call, PROCEDURE_LOOKUP, created_lookup_done);
    }
}

/* Creates and opens a file. O_EXCL becomes an exclusive create, whose verifier lets a
 * repeated call succeed where the first one did, and only there. Without O_EXCL, a file
 * that somebody made meanwhile is opened, and truncated if so wished: the kernel leaves
 * O_TRUNC to a create. */
void create_file(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode,
                 struct fuse_file_info *file)
{
    struct call *call = begin(request, parent, name);
    struct createhow3 *how;

    if (!call)
        return;
    call->file = *file;
    call->mode = mode;
    call->arguments.create.where = call_where(call);
    how = &call->arguments.create.how;
    if (file->flags & O_EXCL) {
        how->mode = EXCLUSIVE;
        if (getrandom(how->createhow3_u.verf, sizeof(how->createhow3_u.verf), 0) < 0) {
            call_fail(call, EIO);
            return;
        }
    } else {
        how->mode = UNCHECKED;
        attributes_of_mode(&how->createhow3_u.obj_attributes, mode);
        if (file->flags & O_TRUNC)
            how->createhow3_u.obj_attributes.size.set_it = 1;
    }
    call_send(call, PROCEDURE_CREATE, create_done);
}
