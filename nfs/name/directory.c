/* directory.c: serves an open directory, from what the server lists of it. */
#include "nfs/name/directory.h"

#include "nfs/call/status.h"
#include "nfs/file/told.h"
#include "nfs/name/listing.h"
#include "nfs/name/names.h"
#include "nfs/name/prune.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define LISTING_BYTES 131072 /* of one answer of the server */
#define FIRST_MS 1000        /* in which a program reads a directory that it opened */

void directory_drop(struct directory *directory)
{
    if (!directory || --directory->references > 0)
        return;
    listing_forget(directory);
    free(directory->entries);
    free(directory);
}

static struct directory *directory_of(const struct fuse_file_info *file)
{
    return (struct directory *)(uintptr_t)file->fh;
}

void directory_releasedir(fuse_req_t request, fuse_ino_t number,
                          struct fuse_file_info *file)
{
    (void)number;
    directory_drop(directory_of(file));
    fuse_reply_err(request, 0);
}

/* Returns whether the kernel is to learn the entry's inode. It knows "." and ".."
 * already. It knows more of what was opened, written or looked up since the listing came.
 * And when it remembers too many inodes, it gets no new ones. */
static bool tells_something(const struct call *call, const struct listing_entry *entry)
{
    struct inode_table *inodes = &call->volume->inodes;
    struct inode *inode;
    bool newer;

    if (!entry->described || !strcmp(entry->name, ".") || !strcmp(entry->name, ".."))
        return false;
    inode = inode_find(inodes, &entry->handle);
    newer = inode && told_since(inode, call->directory->moment);
    if (!inode && prune_is_crowded(call->volume))
        return false;
    inode_drop(inodes, inode);
    return !newer;
}

/* Adds one entry to the answer. Returns its size, which is larger than `size` when it
 * does not fit any more. With `plus`, the kernel learns the entry's inode
 * (tells_something). */
static size_t put_entry(struct call *call, struct listing_entry *entry, char *room,
                        size_t size, double age)
{
    struct stat status = {.st_ino = entry->fileid};
    struct fuse_entry_param unknown = {.attr = status}; /* for the name alone */
    struct fuse_entry_param param;
    struct inode *inode = NULL;
    size_t used;

    if (entry->described)
        attributes_to_stat(&entry->attributes, &unknown.attr);
    param = unknown;
    entry->is_told = false;
    if (!call->plus)
        return fuse_add_direntry(call->request, room, size, entry->name, &param.attr,
                                 (off_t)entry->cookie);
    if (fuse_add_direntry_plus(call->request, NULL, 0, entry->name, &param, 0) > size)
        return size + 1;
    if (tells_something(call, entry))
        inode = call_entry(call, &entry->handle, &entry->attributes, &param);
    entry->is_told = inode != NULL;
    if (!inode)
        param = unknown;
    param.attr_timeout = param.attr_timeout > age ? param.attr_timeout - age : 0;
    if (param.entry_timeout > param.attr_timeout)
        param.entry_timeout = param.attr_timeout;
    if (param.entry_timeout > 0)
        call->volume->listed = clock_milliseconds();
    used = fuse_add_direntry_plus(call->request, room, size, entry->name, &param,
                                  (off_t)entry->cookie);
    inode_drop(&call->volume->inodes, inode);
    return used;
}

/* Takes back the lookups of an answer that the kernel did not take: it will not forget
 * what it was not told. */
static void take_back(struct call *call, size_t first, size_t end)
{
    struct inode_table *inodes = &call->volume->inodes;

    for (size_t i = first; i < end; i++) {
        struct listing_entry *entry = &call->directory->entries[i];
        struct inode *inode = entry->is_told ? inode_find(inodes, &entry->handle) : NULL;

        if (inode)
            inode_forget(inodes, inode, 1);
        inode_drop(inodes, inode);
    }
}

/* Answers from the listing, beginning with the entry at `first`. */
static void answer(struct call *call, size_t first)
{
    struct directory *directory = call->directory;
    double age = (double)(clock_milliseconds() - directory->arrived) / 1000;
    size_t used = 0, end;
    char *buffer = call->request ? malloc(call->size) : NULL;

    if (!buffer) {
        call_fail(call, ENOMEM);
        return;
    }
    call->started = directory->asked;
    for (end = first; end < directory->count; end++) {
        size_t more = put_entry(call, &directory->entries[end], buffer + used,
                                call->size - used, age);

        if (more > call->size - used)
            break;
        used += more;
    }
    if (fuse_reply_buf(call->request, buffer, used) < 0)
        take_back(call, first, end);
    free(buffer);
    call_finish(call);
}

static void list(struct call *call);

static void answer_opened(struct call *call)
{
    struct directory *directory = call->directory;

    directory->opening = false;
    directory->unread = directory->listed;
    call->file.fh = (uint64_t)(uintptr_t)directory;
    directory->references++;
    if (!call->request || fuse_reply_open(call->request, &call->file) < 0)
        directory_drop(directory);
    call_finish(call);
}

static void settle(struct call *call, int status, int cause)
{
    struct directory *directory = call->directory;

    if (status == NFS3ERR_NOTSUPP && call->procedure == PROCEDURE_READDIRPLUS) {
        call->volume->plain_directories = true;
        list(call);
    } else if (cause == 0 && listing_is_whole(directory)) {
        directory->listed = true;
        directory->arrived = clock_milliseconds();
        directory->asked = call->started;
        directory->moment = told_moment(call->volume);
        if (directory->opening)
            answer_opened(call);
        else
            answer(call, 0);
    } else {
        listing_forget(directory);
        call_fail(call, cause ? cause : EIO);
    }
}

/* Notes how the directory is. Returns whether it is removed and is being opened: then the
 * program is to look for it again. */
static bool is_removed(struct call *call, const struct post_op_attr *attributes)
{
    names_seen_after(call->volume, call->inode, attributes);
    return call->directory->opening && names_removed(attributes);
}

/* Makes way for an answer's names. Returns 0, or the errno that they are not kept for. */
static int begin_listing(struct call *call, int status,
                         const struct post_op_attr *attributes)
{
    listing_forget(call->directory);
    call->directory->first = call->offset;
    if (status != NFS3_OK)
        return status_errno(status);
    return is_removed(call, attributes) ? ESTALE : 0;
}

static void readdirplus_done(struct call *call, void *result)
{
    const struct READDIRPLUS3res *answered = result;
    const struct READDIRPLUS3resok *listing = &answered->READDIRPLUS3res_u.resok;
    int cause = begin_listing(call, answered->status, &listing->dir_attributes);

    if (cause == 0)
        cause = listing_keep_plus(call->directory, listing);
    settle(call, answered->status, cause);
}

static void readdir_done(struct call *call, void *result)
{
    const struct READDIR3res *answered = result;
    const struct READDIR3resok *listing = &answered->READDIR3res_u.resok;
    int cause = begin_listing(call, answered->status, &listing->dir_attributes);

    if (cause == 0)
        cause = listing_keep(call->directory, listing);
    settle(call, answered->status, cause);
}

static void list(struct call *call)
{
    struct directory *directory = call->directory;
    union procedure_arguments *arguments = &call->arguments;

    if (call->offset == 0)
        memset(directory->verifier, 0, sizeof(directory->verifier));
    memset(arguments, 0, sizeof(*arguments));
    if (call->plus && !call->volume->plain_directories) {
        arguments->readdirplus.dir = inode_handle(call->inode);
        arguments->readdirplus.cookie = call->offset;
        memcpy(arguments->readdirplus.cookieverf, directory->verifier,
               sizeof(directory->verifier));
        arguments->readdirplus.dircount = LISTING_BYTES;
        arguments->readdirplus.maxcount = LISTING_BYTES;
        call_send(call, PROCEDURE_READDIRPLUS, readdirplus_done);
    } else {
        arguments->readdir.dir = inode_handle(call->inode);
        arguments->readdir.cookie = call->offset;
        memcpy(arguments->readdir.cookieverf, directory->verifier,
               sizeof(directory->verifier));
        arguments->readdir.count = LISTING_BYTES;
        call_send(call, PROCEDURE_READDIR, readdir_done);
    }
}

static void open_access_done(struct call *call, void *result)
{
    const struct ACCESS3res *answered = result;
    const struct ACCESS3resok *granted = &answered->ACCESS3res_u.resok;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
    } else if (is_removed(call, &granted->obj_attributes)) {
        call_fail(call, ESTALE);
    } else if (!(granted->access & ACCESS3_READ)) {
        call_fail(call, EACCES);
    } else {
        answer_opened(call);
    }
}

/* Asks the server, which may not know the directory any more: upon ESTALE the kernel
 * looks the path up again. opendir(3) opens with O_NONBLOCK and is about to read, so that
 * the first piece of the listing serves as the question. Others want only a
 * descriptor. */
void directory_opendir(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct call *call = call_begin(request, number);

    if (!call)
        return;
    call->directory = calloc(1, sizeof(*call->directory));
    if (!call->directory) {
        call_fail(call, ENOMEM);
        return;
    }
    call->directory->references = 1;
    call->directory->opening = true;
    call->file = *file;
    call->plus = true;
    if (file->flags & O_NONBLOCK) {
        list(call);
        return;
    }
    call->arguments.access.object = inode_handle(call->inode);
    call->arguments.access.access = ACCESS3_READ;
    call_send(call, PROCEDURE_ACCESS, open_access_done);
}

/* Returns whether the directory is read from its beginning again. */
static bool is_anew(struct directory *directory, uint64_t offset)
{
    bool first =
        directory->unread && clock_milliseconds() - directory->arrived < FIRST_MS;

    directory->unread = false;
    return offset == 0 && !first;
}

static void read_entries(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                         struct fuse_file_info *file, bool plus)
{
    struct call *call = call_begin_open(request, number);
    long index;

    if (!call)
        return;
    call->directory = directory_of(file);
    call->directory->references++;
    call->size = size;
    call->offset = (uint64_t)offset;
    call->plus = plus;
    index = is_anew(call->directory, call->offset)
                ? -1
                : listing_position(call->directory, call->offset);
    if (index >= 0) {
        answer(call, (size_t)index);
        return;
    }
    listing_continues(call->directory, call->offset);
    list(call);
}

void directory_readdir(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                       struct fuse_file_info *file)
{
    read_entries(request, number, size, offset, file, false);
}

void directory_readdirplus(fuse_req_t request, fuse_ino_t number, size_t size,
                           off_t offset, struct fuse_file_info *file)
{
    read_entries(request, number, size, offset, file, true);
}
