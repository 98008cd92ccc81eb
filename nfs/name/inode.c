/* inode.c: keeps one inode for each NFS file handle that the kernel knows. */
#include "nfs/name/inode.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS_AT_FIRST 256

int inode_table_init(struct inode_table *table, struct inode_bound *bound)
{
    table->bound = bound;
    table->count = 0;
    table->bucket_count = BUCKETS_AT_FIRST;
    table->buckets = calloc(table->bucket_count, sizeof(*table->buckets));
    return table->buckets ? 0 : -1;
}

void inode_table_release(struct inode_table *table)
{
    for (size_t i = 0; table->buckets && i < table->bucket_count; i++) {
        struct inode *inode = table->buckets[i];

        while (inode) {
            struct inode *next = inode->next;

            free(inode->hidden);
            free(inode->opened);
            free(inode->names);
            free(inode);
            inode = next;
        }
    }
    free(table->buckets);
    table->buckets = NULL;
}

/* Hashes a handle by FNV-1a: handles of one server differ in a few bytes anywhere. */
static size_t hash(const char *handle, unsigned length)
{
    uint64_t value = 14695981039346656037u;

    for (unsigned i = 0; i < length; i++)
        value = (value ^ (unsigned char)handle[i]) * 1099511628211u;
    return (size_t)(value ^ value >> 32);
}

static struct inode **bucket_of(struct inode_table *table, const char *handle,
                                unsigned length)
{
    return &table->buckets[hash(handle, length) & (table->bucket_count - 1)];
}

/* Doubles the buckets; when memory is short, the chains just grow longer. */
static void grow(struct inode_table *table)
{
    struct inode_table larger = {.bucket_count = table->bucket_count * 2,
                                 .count = table->count,
                                 .hand = table->hand,
                                 .bound = table->bound};

    larger.buckets = calloc(larger.bucket_count, sizeof(*larger.buckets));
    if (!larger.buckets)
        return;
    for (size_t i = 0; i < table->bucket_count; i++) {
        struct inode *inode = table->buckets[i];

        while (inode) {
            struct inode *next = inode->next;
            struct inode **bucket =
                bucket_of(&larger, inode->handle, inode->handle_length);

            inode->next = *bucket;
            *bucket = inode;
            inode = next;
        }
    }
    free(table->buckets);
    *table = larger;
}

static struct inode *add(struct inode_table *table, const struct nfs_fh3 *handle)
{
    struct inode *inode = calloc(1, sizeof(*inode) + handle->data.data_len);
    struct inode **bucket;

    if (!inode)
        return NULL;
    if (table->count >= table->bucket_count)
        grow(table);
    inode->handle_length = (uint8_t)handle->data.data_len;
    memcpy(inode->handle, handle->data.data_val, inode->handle_length);
    bucket = bucket_of(table, inode->handle, inode->handle_length);
    inode->next = *bucket;
    *bucket = inode;
    table->count++;
    table->bound->count++;
    return inode;
}

static void discard(struct inode_table *table, struct inode *inode)
{
    struct inode **link = bucket_of(table, inode->handle, inode->handle_length);

    while (*link != inode)
        link = &(*link)->next;
    *link = inode->next;
    table->count--;
    table->bound->count--;
    free(inode->hidden);
    free(inode->opened);
    free(inode->names);
    free(inode);
}

struct inode *inode_find(struct inode_table *table, const struct nfs_fh3 *handle)
{
    struct inode *inode = *bucket_of(table, handle->data.data_val, handle->data.data_len);

    while (inode && (inode->handle_length != handle->data.data_len ||
                     memcmp(inode->handle, handle->data.data_val, inode->handle_length)))
        inode = inode->next;
    return inode_hold(inode);
}

struct inode *inode_get(struct inode_table *table, const struct nfs_fh3 *handle)
{
    struct inode *inode;

    if (handle->data.data_len == 0 || handle->data.data_len > NFS3_FHSIZE)
        return NULL;
    inode = inode_find(table, handle);
    return inode ? inode : inode_hold(add(table, handle));
}

struct inode *inode_hold(struct inode *inode)
{
    if (inode)
        inode->references++;
    return inode;
}

void inode_drop(struct inode_table *table, struct inode *inode)
{
    if (inode && --inode->references == 0 && inode->lookups == 0)
        discard(table, inode);
}

void inode_forget(struct inode_table *table, struct inode *inode, uint64_t count)
{
    inode->lookups -= count < inode->lookups ? count : inode->lookups;
    if (inode->lookups == 0 && inode->references == 0)
        discard(table, inode);
}

struct nfs_fh3 inode_handle(const struct inode *inode)
{
    struct nfs_fh3 handle;

    handle.data.data_len = inode->handle_length;
    handle.data.data_val = (char *)inode->handle;
    return handle;
}
