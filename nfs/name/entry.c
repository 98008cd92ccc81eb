/* entry.c: serves operations on names and attributes. */
#include "nfs/name/entry.h"

#include "nfs/call/status.h"
#include "nfs/file/append.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"
#include "nfs/name/names.h"
#include "nfs/name/prune.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAGMENT_BYTES 4096 /* the unit in which statfs counts */

void entry_attributes_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;
    struct nfs_fh3 handle = inode_handle(call->other);

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else
        call_answer_entry(call, &handle, &answered->GETATTR3res_u.resok.obj_attributes);
}

static bool is_one_too_many(struct call *call, const struct nfs_fh3 *handle)
{
    struct inode_table *inodes = &call->volume->inodes;
    struct inode *known = inode_find(inodes, handle);

    inode_drop(inodes, known);
    return !known && prune_is_full(call->volume);
}

/* Says that there is no such name. In a removed directory there is nothing: then the
 * kernel is to look for the directory that may have taken its place. */
static void not_found(struct call *call, const struct LOOKUP3res *answered)
{
    const struct post_op_attr *directory = &answered->LOOKUP3res_u.resfail.dir_attributes;
    int cause = names_removed(directory) ? ESTALE : status_errno(answered->status);

    names_seen_after(call->volume, call->inode, directory);
    if (cause == ESTALE)
        names_stale(call->volume);
    call_fail(call, cause);
}

static void lookup_done(struct call *call, void *result)
{
    const struct LOOKUP3res *answered = result;
    const struct LOOKUP3resok *found = &answered->LOOKUP3res_u.resok;

    if (answered->status != NFS3_OK) {
        not_found(call, answered);
        return;
    }
    names_seen_after(call->volume, call->inode, &found->dir_attributes);
    if (is_one_too_many(call, &found->object)) {
        call_await_room(call);
    } else if (found->obj_attributes.attributes_follow) {
        call_answer_entry(call, &found->object,
                          &found->obj_attributes.post_op_attr_u.attributes);
    } else {
        inode_drop(&call->volume->inodes, call->other);
        call->other = inode_get(&call->volume->inodes, &found->object);
        if (!call->other) {
            call_fail(call, EIO);
            return;
        }
        call->arguments.getattr.object = inode_handle(call->other);
        call_send(call, PROCEDURE_GETATTR, entry_attributes_done);
    }
}

void entry_answer_by_lookup(struct call *call)
{
    call->arguments.lookup.what = call_where(call);
    call_send(call, PROCEDURE_LOOKUP, lookup_done);
}

void entry_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct call *call = call_begin(request, parent);

    if (call && call_set_name(call, call->name, name) == 0)
        entry_answer_by_lookup(call);
}

static void forget(struct volume *volume, fuse_ino_t number, uint64_t count)
{
    if (number != FUSE_ROOT_ID)
        inode_forget(&volume->inodes, volume_inode(volume, number), count);
}

void entry_forget(fuse_req_t request, fuse_ino_t number, uint64_t count)
{
    forget(fuse_req_userdata(request), number, count);
    fuse_reply_none(request);
}

void entry_forget_multi(fuse_req_t request, size_t count,
                        struct fuse_forget_data *forgets)
{
    for (size_t i = 0; i < count; i++)
        forget(fuse_req_userdata(request), forgets[i].ino, forgets[i].nlookup);
    fuse_reply_none(request);
}

static void answer_attributes(struct call *call, const struct fattr3 *attributes)
{
    append_learn(call, call->inode, attributes->size);
    call_answer_attributes(call, call->inode, attributes);
}

static void getattr_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else
        answer_attributes(call, &answered->GETATTR3res_u.resok.obj_attributes);
}

static void ask_attributes(struct call *call)
{
    append_ask(call, getattr_done);
}

/* Answers root with what is known. The answer may be used once only, so that the job's
 * own tasks ask the server. It is not given when one of these waits with the file's lock:
 * slurmstepd writes to what it could look at, and would then wait for the lock in the
 * kernel, where nobody here hears of it. */
static bool answer_known(struct call *call)
{
    struct stat status;

    if (call_finds_locked(call) || !told_known(call->inode, &status))
        return false;
    fuse_reply_attr(call->request, &status, 0);
    return true;
}

void entry_getattr(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct call *call = call_begin(request, number);

    (void)file;
    if (!call)
        return;
    call->known = answer_known;
    writes_await(call, WAIT_ANSWERS, ask_attributes);
}

static void setattr_done(struct call *call, void *result)
{
    const struct SETATTR3res *answered = result;
    const struct wcc_data *change = &answered->SETATTR3res_u.resok.obj_wcc;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    version_follow(&call->inode->cached, change);
    append_doubt(call->volume, call->inode);
    if (call->inode->names)
        names_changed(call->volume, call->inode, change);
    if (call->mask && change->after.post_op_attr_u.attributes.type == NF3DIR)
        names_drop(call->volume);
    if (change->after.attributes_follow)
        call_answer_attributes(call, call->inode,
                               &change->after.post_op_attr_u.attributes);
    else
        ask_attributes(call);
}

static void send_changes(struct call *call)
{
    told_change(call->volume, call->inode);
    call_send(call, PROCEDURE_SETATTR, setattr_done);
}

/* Sends the changes after what was written before. What a new size cuts off must not come
 * back by being written again. */
static void change_attributes(struct call *call)
{
    union procedure_arguments arguments = {
        .setattr = {.object = inode_handle(call->inode)}};
    int valid = call->mask;

    attributes_from_stat(&arguments.setattr.new_attributes, &call->changes, valid);
    call->arguments = arguments;
    call->mask = valid & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID);
    writes_await(call, valid & FUSE_SET_ATTR_SIZE ? WAIT_COMMIT : WAIT_ANSWERS,
                 send_changes);
}

static void truncation_access_done(struct call *call, void *result)
{
    const struct ACCESS3res *answered = result;

    if (answered->status != NFS3_OK)
        call_fail(call, status_errno(answered->status));
    else if (!(answered->ACCESS3res_u.resok.access & ACCESS3_MODIFY))
        call_fail(call, EACCES);
    else
        change_attributes(call);
}

/* truncate(2) of a name needs the right to write. A server does not check that for a
 * file's owner, since it takes the file for an open one. */
void entry_setattr(fuse_req_t request, fuse_ino_t number, struct stat *status, int valid,
                   struct fuse_file_info *file)
{
    struct call *call = call_begin(request, number);

    if (!call)
        return;
    call->changes = *status;
    call->mask = valid;
    call->locks = true;
    if (!(valid & FUSE_SET_ATTR_SIZE) || file) {
        change_attributes(call);
        return;
    }
    call->arguments.access.object = inode_handle(call->inode);
    call->arguments.access.access = ACCESS3_MODIFY;
    call_send(call, PROCEDURE_ACCESS, truncation_access_done);
}

/* Returns the rights to ask for. A server tells a directory's rights from a file's: to
 * write to a directory is to add, change and remove names in it. */
static u_int rights_of(int mask, bool directory)
{
    u_int rights = 0;

    if (mask & R_OK)
        rights |= ACCESS3_READ;
    if (mask & W_OK)
        rights |=
            ACCESS3_MODIFY | ACCESS3_EXTEND | (directory ? ACCESS3_DELETE : (u_int)0);
    if (mask & X_OK)
        rights |= directory ? ACCESS3_LOOKUP : ACCESS3_EXECUTE;
    return rights;
}

static void access_done(struct call *call, void *result)
{
    const struct ACCESS3res *answered = result;
    const struct ACCESS3resok *granted = &answered->ACCESS3res_u.resok;
    bool directory = granted->obj_attributes.attributes_follow &&
                     granted->obj_attributes.post_op_attr_u.attributes.type == NF3DIR;
    u_int wanted;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    if (directory)
        names_seen_after(call->volume, call->inode, &granted->obj_attributes);
    wanted = rights_of(call->mask, directory);
    call_fail(call, (granted->access & wanted) == wanted ? 0 : EACCES);
}

/* Asks the server for the rights; chdir(2) and access(2) end with this. Only the server
 * knows that the directory is still there: upon ESTALE the kernel looks the path up
 * again. */
void entry_access(fuse_req_t request, fuse_ino_t number, int mask)
{
    struct call *call = call_begin(request, number);

    if (!call)
        return;
    call->mask = mask;
    call->arguments.access.object = inode_handle(call->inode);
    call->arguments.access.access = rights_of(mask, true) | rights_of(mask, false);
    call_send(call, PROCEDURE_ACCESS, access_done);
}

static void readlink_done(struct call *call, void *result)
{
    const struct READLINK3res *answered = result;
    const char *target = answered->READLINK3res_u.resok.data;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
    } else if (strnlen(target, PATH_MAX) == PATH_MAX) {
        call_fail(call, ENAMETOOLONG);
    } else {
        if (call->request)
            fuse_reply_readlink(call->request, target);
        call_finish(call);
    }
}

/* Sends a procedure that takes nothing but the inode's handle. */
static void ask_of_inode(fuse_req_t request, fuse_ino_t number, enum procedure procedure,
                         call_done done)
{
    struct call *call = call_begin(request, number);

    if (!call)
        return;
    call->arguments.handle = inode_handle(call->inode);
    call_send(call, procedure, done);
}

void entry_readlink(fuse_req_t request, fuse_ino_t number)
{
    ask_of_inode(request, number, PROCEDURE_READLINK, readlink_done);
}

static void statfs_done(struct call *call, void *result)
{
    const struct FSSTAT3res *answered = result;
    const struct FSSTAT3resok *space = &answered->FSSTAT3res_u.resok;
    struct statvfs status = {
        .f_bsize = FRAGMENT_BYTES, .f_frsize = FRAGMENT_BYTES, .f_namemax = NAME_MAX};

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    status.f_blocks = space->tbytes / FRAGMENT_BYTES;
    status.f_bfree = space->fbytes / FRAGMENT_BYTES;
    status.f_bavail = space->abytes / FRAGMENT_BYTES;
    status.f_files = space->tfiles;
    status.f_ffree = space->ffiles;
    status.f_favail = space->afiles;
    if (call->request)
        fuse_reply_statfs(call->request, &status);
    call_finish(call);
}

void entry_statfs(fuse_req_t request, fuse_ino_t number)
{
    ask_of_inode(request, number, PROCEDURE_FSSTAT, statfs_done);
}
