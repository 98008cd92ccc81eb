/* listing.c: holds what the server told of a directory's names in one answer. */
#include "nfs/name/listing.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void listing_forget(struct directory *directory)
{
    for (size_t i = 0; i < directory->count; i++)
        free(directory->entries[i].name);
    directory->count = 0;
    directory->highest = 0;
    directory->listed = directory->end = false;
}

static struct listing_entry *new_entry(struct directory *directory)
{
    struct listing_entry *entries;
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

/* Returns whether the cookie leads back to where the listing began, or to an entry
 * before, of this answer or the marked one: then the listing has no end. */
static bool leads_back(const struct directory *directory, uint64_t cookie)
{
    if (cookie == directory->first || cookie == directory->cycle.mark)
        return true;
    if (cookie > directory->highest)
        return false;
    for (size_t i = 0; i < directory->count; i++)
        if (directory->entries[i].cookie == cookie)
            return true;
    return false;
}

/* Returns whether the server has begun the directory again. */
static bool begins_again(struct directory *directory, const char *name, uint64_t cookie,
                         uint64_t fileid)
{
    if (directory->first == 0 && directory->count == 0)
        directory->begin.cookie = 0;
    if (directory->begin.cookie)
        return cookie == directory->begin.cookie && fileid == directory->begin.fileid;
    if (directory->first == 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
        directory->begin.cookie = cookie;
        directory->begin.fileid = fileid;
    }
    return false;
}

/* Copies what the server told of the entry's inode; the handle's bytes go to `room`. */
static void describe(struct listing_entry *entry, const struct entryplus3 *told,
                     char *room)
{
    const struct nfs_fh3 *handle = &told->name_handle.post_op_fh3_u.handle;

    memcpy(room, handle->data.data_val, handle->data.data_len);
    entry->handle.data.data_len = handle->data.data_len;
    entry->handle.data.data_val = room;
    entry->attributes = told->name_attributes.post_op_attr_u.attributes;
    entry->described = true;
}

/* Keeps one entry, with what the server told of its inode, or NULL. Where the server has
 * begun the directory again, the listing is at its end instead. Returns 0, or the errno:
 * a name or handle longer than NFSv3 allows comes only from a broken server. */
static int keep_entry(struct directory *directory, const char *name, uint64_t cookie,
                      uint64_t fileid, const struct entryplus3 *told)
{
    struct listing_entry *entry;
    size_t length = strnlen(name, NAME_MAX + 1);
    size_t handle_length =
        told ? told->name_handle.post_op_fh3_u.handle.data.data_len : 0;

    directory->end = begins_again(directory, name, cookie, fileid);
    if (directory->end)
        return 0;
    if (length > NAME_MAX || length == 0 || handle_length > NFS3_FHSIZE ||
        leads_back(directory, cookie))
        return EIO;
    entry = new_entry(directory);
    if (entry)
        entry->name = malloc(length + 1 + handle_length);
    if (!entry || !entry->name)
        return ENOMEM;
    memcpy(entry->name, name, length + 1);
    entry->cookie = cookie;
    if (directory->highest < cookie)
        directory->highest = cookie;
    entry->fileid = fileid;
    if (told)
        describe(entry, told, entry->name + length + 1);
    directory->count++;
    return 0;
}

static bool is_described(const struct entryplus3 *entry)
{
    return entry->name_attributes.attributes_follow &&
           entry->name_handle.handle_follows &&
           entry->name_handle.post_op_fh3_u.handle.data.data_len > 0;
}

int listing_keep_plus(struct directory *directory, const struct READDIRPLUS3resok *result)
{
    int cause = 0;

    memcpy(directory->verifier, result->cookieverf, sizeof(directory->verifier));
    directory->end = false;
    for (const struct entryplus3 *e = result->reply.entries;
         e && !cause && !directory->end; e = e->nextentry)
        cause = keep_entry(directory, e->name, e->cookie, e->fileid,
                           is_described(e) ? e : NULL);
    directory->end = directory->end || result->reply.eof;
    return cause;
}

int listing_keep(struct directory *directory, const struct READDIR3resok *result)
{
    int cause = 0;

    memcpy(directory->verifier, result->cookieverf, sizeof(directory->verifier));
    directory->end = false;
    for (const struct entry3 *e = result->reply.entries; e && !cause && !directory->end;
         e = e->nextentry)
        cause = keep_entry(directory, e->name, e->cookie, e->fileid, NULL);
    directory->end = directory->end || result->reply.eof;
    return cause;
}

/* A program that seeks begins the search anew. */
void listing_continues(struct directory *directory, uint64_t cookie)
{
    struct cycle *cycle = &directory->cycle;
    bool follows = directory->listed && directory->count > 0 &&
                   directory->entries[directory->count - 1].cookie == cookie;

    if (!follows || ++cycle->pieces > cycle->most) {
        cycle->most = follows ? cycle->most * 2 + 1 : 0;
        cycle->mark = cookie;
        cycle->pieces = 0;
    }
}

long listing_position(const struct directory *directory, uint64_t cookie)
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

bool listing_is_whole(const struct directory *directory)
{
    return directory->count > 0 || directory->end;
}
