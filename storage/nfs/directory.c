#include "directory.h"

#include "prune.h"
#include "status.h"
#include "told.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LISTING_BYTES 131072 /* of one answer of the server */

struct entry {
    uint64_t cookie, fileid;
    bool described; /* the server told attributes and handle too */
    bool is_told;   /* by the answer that is being made the kernel learns its inode */
    struct fattr3 attributes;
    struct nfs_fh3 handle; /* its bytes follow the name */
    char *name;
};

struct directory {
    unsigned references; /* of the open directory, and of calls */
    cookieverf3 verifier;
    uint64_t first;    /* the cookie that the listing follows */
    bool listed, end;  /* the listing holds something; nothing comes after it */
    bool plus;         /* it was asked for with attributes */
    long long arrived; /* when, for how long the attributes hold */
    uint32_t moment;   /* likewise, among what the kernel was told (told.h) */
    struct entry *entries;
    size_t count, room;
};

static void forget_listing(struct directory *directory)
{
    for (size_t i = 0; i < directory->count; i++)
        free(directory->entries[i].name);
    directory->count = 0;
    directory->listed = directory->end = false;
}

void directory_drop(struct directory *directory)
{
    if (!directory || --directory->references > 0)
        return;
    forget_listing(directory);
    free(directory->entries);
    free(directory);
}

static struct directory *directory_of(const struct fuse_file_info *file)
{
    return (struct directory *)(uintptr_t)file->fh;
}

void directory_opendir(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct directory *directory = calloc(1, sizeof(*directory));

    (void)number;
    if (!directory) {
        fuse_reply_err(request, ENOMEM);
        return;
    }
    directory->references = 1;
    file->fh = (uint64_t)(uintptr_t)directory;
    if (fuse_reply_open(request, file) < 0)
        directory_drop(directory);
}

void directory_releasedir(fuse_req_t request, fuse_ino_t number,
                          struct fuse_file_info *file)
{
    (void)number;
    directory_drop(directory_of(file));
    fuse_reply_err(request, 0);
}

static struct entry *new_entry(struct directory *directory)
{
    struct entry *entries;
    size_t room = directory->room ? directory->room * 2 : 64;

    if (directory->count == directory->room) {
        entries = realloc(directory->entries, room * sizeof(*entries));
        if (!entries)
            return NULL;
        directory->entries = entries;
        directory->room = room;
    }
    return memset(&directory->entries[directory->count], 0, sizeof(*entries));
}

/* A cookie that leads back to where the listing began, or stays where it is, makes one
 * without an end. */
static bool is_stuck(const struct directory *directory, uint64_t cookie)
{
    if (directory->count == 0)
        return cookie == directory->first;
    return cookie == directory->entries[directory->count - 1].cookie;
}

/* Returns 0, or the errno: a name or handle longer than NFSv3 allows comes only from a
 * broken server. */
static int keep_entry(struct directory *directory, const char *name, uint64_t cookie,
                      uint64_t fileid, const struct nfs_fh3 *handle)
{
    struct entry *entry;
    size_t length = strnlen(name, NAME_MAX + 1);
    size_t handle_length = handle ? handle->data.data_len : 0;

    if (length > NAME_MAX || length == 0 || handle_length > NFS3_FHSIZE ||
        is_stuck(directory, cookie))
        return EIO;
    entry = new_entry(directory);
    if (entry)
        entry->name = malloc(length + 1 + handle_length);
    if (!entry || !entry->name)
        return ENOMEM;
    memcpy(entry->name, name, length + 1);
    entry->cookie = cookie;
    entry->fileid = fileid;
    if (handle) {
        entry->handle.data.data_len = (u_int)handle_length;
        entry->handle.data.data_val = entry->name + length + 1;
        memcpy(entry->handle.data.data_val, handle->data.data_val, handle_length);
    }
    directory->count++;
    return 0;
}

static int keep_listing_plus(struct directory *directory,
                             const struct READDIRPLUS3resok *result)
{
    int cause = 0;

    memcpy(directory->verifier, result->cookieverf, sizeof(directory->verifier));
    for (const struct entryplus3 *e = result->reply.entries; e && !cause;
         e = e->nextentry) {
        bool described = e->name_attributes.attributes_follow &&
                         e->name_handle.handle_follows &&
                         e->name_handle.post_op_fh3_u.handle.data.data_len > 0;

        cause = keep_entry(directory, e->name, e->cookie, e->fileid,
                           described ? &e->name_handle.post_op_fh3_u.handle : NULL);
        if (cause || !described)
            continue;
        directory->entries[directory->count - 1].described = true;
        directory->entries[directory->count - 1].attributes =
            e->name_attributes.post_op_attr_u.attributes;
    }
    directory->end = result->reply.eof;
    return cause;
}

static int keep_listing(struct directory *directory, const struct READDIR3resok *result)
{
    int cause = 0;

    memcpy(directory->verifier, result->cookieverf, sizeof(directory->verifier));
    for (const struct entry3 *e = result->reply.entries; e && !cause; e = e->nextentry)
        cause = keep_entry(directory, e->name, e->cookie, e->fileid, NULL);
    directory->end = result->reply.eof;
    return cause;
}

/* Whether the kernel is to learn the entry's inode: "." and ".." it has, of what was
 * opened, written or looked up since the listing came, it knows more, and of too many
 * others it is not told. */
static bool tells_something(const struct call *call, const struct entry *entry)
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

/* Adds one entry to the answer; 0 when it does not fit any more. With `plus`, the kernel
 * learns the entry's inode, except that of "." and "..", which it has. */
static size_t put_entry(struct call *call, struct entry *entry, char *room, size_t size,
                        double age)
{
    struct stat status = {.st_ino = entry->fileid};
    struct fuse_entry_param unknown = {.attr = status}; /* the name alone */
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
    param.entry_timeout = param.attr_timeout;
    used = fuse_add_direntry_plus(call->request, room, size, entry->name, &param,
                                  (off_t)entry->cookie);
    inode_drop(&call->volume->inodes, inode);
    return used;
}

/* The kernel did not take the answer, and will not forget what it was not told. */
static void take_back(struct call *call, size_t first, size_t end)
{
    struct inode_table *inodes = &call->volume->inodes;

    for (size_t i = first; i < end; i++) {
        struct entry *entry = &call->directory->entries[i];
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

/* Where in the listing the entries after `cookie` begin; -1 when they are not in it. */
static long position(const struct directory *directory, uint64_t cookie)
{
    if (!directory->listed)
        return -1;
    if (cookie == directory->first)
        return 0;
    for (size_t i = 0; i < directory->count; i++)
        if (directory->entries[i].cookie == cookie)
            return i + 1 < directory->count || directory->end ? (long)i + 1 : -1;
    return -1;
}

static void list(struct call *call);

/* Nothing, and no end either: to the kernel that would be the end. */
static bool is_whole(const struct directory *directory)
{
    return directory->count > 0 || directory->end;
}

static void settle(struct call *call, int status, int cause)
{
    struct directory *directory = call->directory;

    if (status == NFS3ERR_NOTSUPP && call->procedure == PROCEDURE_READDIRPLUS) {
        call->volume->plain_directories = true;
        list(call);
    } else if (status == NFS3_OK && cause == 0 && is_whole(directory)) {
        directory->listed = true;
        directory->arrived = clock_milliseconds();
        directory->moment = told_moment(call->volume);
        answer(call, 0);
    } else {
        forget_listing(directory);
        if (status == NFS3_OK && cause == 0)
            cause = EIO;
        call_fail(call, cause ? cause : status_errno(status));
    }
}

static void readdirplus_done(struct call *call, void *result)
{
    const struct READDIRPLUS3res *answered = result;
    int cause = 0;

    forget_listing(call->directory);
    call->directory->first = call->offset;
    if (answered->status == NFS3_OK)
        cause = keep_listing_plus(call->directory, &answered->READDIRPLUS3res_u.resok);
    settle(call, answered->status, cause);
}

static void readdir_done(struct call *call, void *result)
{
    const struct READDIR3res *answered = result;
    int cause = 0;

    forget_listing(call->directory);
    call->directory->first = call->offset;
    if (answered->status == NFS3_OK)
        cause = keep_listing(call->directory, &answered->READDIR3res_u.resok);
    settle(call, answered->status, cause);
}

static void list(struct call *call)
{
    struct directory *directory = call->directory;
    union arguments *arguments = &call->arguments;

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
    /* A rewound directory is read anew. */
    index = offset == 0 ? -1 : position(call->directory, call->offset);
    if (index >= 0)
        answer(call, (size_t)index);
    else
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
