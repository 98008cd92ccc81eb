/* remove.c: serves operations that take a name away. */
#include "nfs/name/remove.h"

#include "nfs/call/status.h"
#include "nfs/name/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns the status, with which every procedure's result begins. */
static int status_of(const void *result)
{
    return *(const enum nfsstat3 *)result;
}

static void rmdir_done(struct call *call, void *result)
{
    const struct RMDIR3res *answered = result;

    names_changed(call->volume, call->inode,
                  answered->status == NFS3_OK ? &answered->RMDIR3res_u.resok.dir_wcc
                                              : &answered->RMDIR3res_u.resfail.dir_wcc);
    call_fail(call, status_errno(answered->status));
}

static void remove_done(struct call *call, void *result)
{
    const struct REMOVE3res *answered = result;

    names_changed(call->volume, call->inode,
                  answered->status == NFS3_OK ? &answered->REMOVE3res_u.resok.dir_wcc
                                              : &answered->REMOVE3res_u.resfail.dir_wcc);
    call_fail(call, status_errno(answered->status));
}

/* Notes a rename. Within one directory both parts of the answer tell the same change. */
static void note_renamed(struct volume *volume, struct inode *from, struct inode *to,
                         const struct RENAME3res *answered)
{
    bool done = answered->status == NFS3_OK;
    const struct RENAME3resok *ok = &answered->RENAME3res_u.resok;
    const struct RENAME3resfail *fail = &answered->RENAME3res_u.resfail;

    names_changed(volume, from, done ? &ok->fromdir_wcc : &fail->fromdir_wcc);
    if (to != from)
        names_changed(volume, to, done ? &ok->todir_wcc : &fail->todir_wcc);
}

static void rename_done(struct call *call, void *result)
{
    const struct RENAME3res *answered = result;

    note_renamed(call->volume, call->inode, call->other, answered);
    call_fail(call, status_errno(answered->status));
}

static struct diropargs3 where(struct inode *directory, char *name)
{
    struct diropargs3 result = {.dir = inode_handle(directory), .name = name};

    return result;
}

void remove_directory(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct call *call = call_begin(request, parent);

    if (!call || call_set_name(call, call->name, name) < 0)
        return;
    call->arguments.rmdir.object = call_where(call);
    call_send(call, PROCEDURE_RMDIR, rmdir_done);
}

static void send_remove(struct call *call)
{
    call->arguments.remove.object = call_where(call);
    call_send(call, PROCEDURE_REMOVE, remove_done);
}

static void send_rename(struct call *call)
{
    call->arguments.rename.from = call_where(call);
    call->arguments.rename.to = where(call->other, call->other_name);
    call_send(call, PROCEDURE_RENAME, rename_done);
}

/* Returns whether the name goes away by a rename, as its target, or else by an unlink. */
static bool is_rename(const struct call *call)
{
    return call->other_name[0] != '\0';
}

static void proceed(struct call *call)
{
    if (is_rename(call))
        send_rename(call);
    else
        send_remove(call);
}

static struct inode *victim_directory(const struct call *call)
{
    return is_rename(call) ? call->other : call->inode;
}

static char *victim_name(struct call *call)
{
    return is_rename(call) ? call->other_name : call->name;
}

/* Gives the name and its memory, which the call had until now, to the file; also when
 * nobody waits for that any more. */
static void note_hidden(struct call *call, void *result)
{
    struct hidden *hidden = (struct hidden *)call->buffer;
    struct inode *directory = victim_directory(call);

    note_renamed(call->volume, directory, directory, result);
    if (status_of(result) != NFS3_OK)
        return;
    call->buffer = NULL;
    hidden->directory = inode_hold(directory);
    call->victim->hidden = hidden;
    if (call->victim->opens == 0)
        remove_hidden(call->volume, call->victim);
}

static void hide_done(struct call *call, void *result)
{
    int status = status_of(result);

    call->late = NULL;
    note_hidden(call, result);
    if (status != NFS3_OK)
        call_fail(call, status_errno(status));
    else if (is_rename(call))
        send_rename(call);
    else
        call_answer_done(call);
}

static void hide(struct call *call, uint64_t fileid)
{
    struct hidden *hidden = calloc(1, sizeof(*hidden));

    if (!hidden) {
        call_fail(call, ENOMEM);
        return;
    }
    call->buffer = (char *)hidden;
    snprintf(hidden->name, sizeof(hidden->name), ".nfs%016llx%08x%08x",
             (unsigned long long)fileid, call->transaction, ++call->volume->hidden_names);
    call->arguments.rename.from = where(victim_directory(call), victim_name(call));
    call->arguments.rename.to = where(victim_directory(call), hidden->name);
    call->late = note_hidden;
    call_send(call, PROCEDURE_RENAME, hide_done);
}

/* Takes the file whose name goes away. A file with other names outlives this one. */
static void victim_found(struct call *call, void *result)
{
    const struct LOOKUP3res *answered = result;
    const struct LOOKUP3resok *found = &answered->LOOKUP3res_u.resok;
    const struct fattr3 *attributes = &found->obj_attributes.post_op_attr_u.attributes;

    names_seen_after(call->volume, victim_directory(call),
                     answered->status == NFS3_OK
                         ? &found->dir_attributes
                         : &answered->LOOKUP3res_u.resfail.dir_attributes);
    if (answered->status != NFS3_OK) {
        proceed(call); /* the server says what is wrong, if anything is */
        return;
    }
    call->victim = inode_find(&call->volume->inodes, &found->object);
    if (!call->victim || call->victim->opens == 0 ||
        (found->obj_attributes.attributes_follow && attributes->nlink > 1))
        proceed(call);
    else if (call->victim->hidden)
        call_fail(call, EBUSY);
    else
        hide(call, attributes->fileid);
}

/* Asks the server which file the name is, but only if files are open. */
static void begin_removal(struct call *call)
{
    if (call->volume->opens == 0) {
        proceed(call);
        return;
    }
    call->arguments.lookup.what = where(victim_directory(call), victim_name(call));
    call_send(call, PROCEDURE_LOOKUP, victim_found);
}

void remove_file(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct call *call = call_begin(request, parent);

    if (call && call_set_name(call, call->name, name) == 0)
        begin_removal(call);
}

/* Renames. NFSv3 has neither RENAME_NOREPLACE nor RENAME_EXCHANGE. */
void remove_by_rename(fuse_req_t request, fuse_ino_t parent, const char *name,
                      fuse_ino_t new_parent, const char *new_name, unsigned flags)
{
    struct call *call = call_begin(request, parent);

    if (!call)
        return;
    if (flags != 0) {
        call_fail(call, EINVAL);
        return;
    }
    call->other = inode_hold(volume_inode(call->volume, new_parent));
    if (call_set_name(call, call->name, name) == 0 &&
        call_set_name(call, call->other_name, new_name) == 0)
        begin_removal(call);
}

/* Nobody waits for this; if it fails, the name is left over, as after a crash. */
void remove_hidden(struct volume *volume, struct inode *inode)
{
    struct hidden *hidden = inode->hidden;
    struct call *call = call_begin_unasked(volume, hidden->directory);

    inode->hidden = NULL;
    inode_drop(&volume->inodes, hidden->directory);
    if (call && call_set_name(call, call->name, hidden->name) == 0)
        send_remove(call);
    free(hidden);
}
