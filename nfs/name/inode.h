/* inode.h: what the kernel knows of a volume: one inode for each NFS file handle.
 *
 * FUSE's inode number is the address of our `struct inode` (the root's is FUSE_ROOT_ID),
 * so that a request leads to a handle without any search. An inode lives while the kernel
 * remembers it (lookups) or a call of ours uses it (references); memory is bounded by the
 * kernel's forgets, which prune.h asks for.
 */
#ifndef ATELIER_NFS_INODE_H
#define ATELIER_NFS_INODE_H

#include "nfs/name/attributes.h"

#include <limits.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <stdatomic.h>
#include <stddef.h>

struct inode {
    struct inode *next;    /* in its bucket */
    struct hidden *hidden; /* where an open file went when its name was removed */
    struct writes *writes; /* what was written and is not safe yet, or NULL */
    struct opened *opened; /* of an open file: what is known of it, or NULL */
    struct names *names;   /* of a directory, as far as it is known: names.h, or NULL */
    uint64_t lookups;      /* how often the kernel was told of it and has not forgotten */
    uint32_t references;   /* by calls under way, and by hidden files of a directory */
    uint32_t opens;
    uint32_t mappers; /* of those, to read and write: only they can be mapped to write */
    atomic_uint locks_lost; /* holders whose lock the server gave away: lock.h */
    uint32_t
        told; /* when (volume->moment) the kernel last heard, or changed, attributes */
    struct version cached;   /* what the kernel's page cache was filled from */
    uint64_t size_told;      /* the size that the kernel takes for the present one */
    struct nfstime3 changed; /* with `since` and `seconds`: see told.h */
    uint32_t since;
    uint8_t seconds;
    uint8_t recent : 1; /* used since prune.h's hand last passed */
    uint8_t handle_length;
    char handle[]; /* as long as it is: there are many inodes */
};

/* What is known of an open file beside what the kernel was told. */
struct opened {
    struct fattr3 attributes; /* what the server said last */
    uint64_t end;             /* where an append goes, see append.h */
    long long end_asked;      /* when (clock_milliseconds); 0: it is in doubt */
    uint32_t end_moment;      /* likewise (told.h) */
    uint32_t writes;          /* of programs, counted */
};

/* The name that stands for a removed but open file, until its last close. */
struct hidden {
    struct inode *directory; /* holds a reference */
    char name[NAME_MAX + 1];
};

/* How many inodes all volumes of the file server have, and may have: see prune.h. */
struct inode_bound {
    size_t count;
    size_t kept, most;
};

struct inode_table {
    struct inode **buckets;
    size_t bucket_count, count;
    size_t hand; /* the bucket that prune.h looks at next */
    struct inode_bound *bound;
};

/* Makes an empty table that counts with `bound`. Returns 0, or -1 when memory is short.
 */
int inode_table_init(struct inode_table *table, struct inode_bound *bound);

/* Frees the table and all its inodes. */
void inode_table_release(struct inode_table *table);

/* The inode of `handle` with one more reference, made when it is new. NULL when memory is
 * short or the handle is longer than NFSv3 allows (or empty), which only a broken server
 * sends. */
struct inode *inode_get(struct inode_table *table, const struct nfs_fh3 *handle);

/* As inode_get, for a handle that may be unknown: NULL then. */
struct inode *inode_find(struct inode_table *table, const struct nfs_fh3 *handle);

/* Takes and drops a reference; both take NULL for nothing. An inode that nobody uses is
 * freed. */
struct inode *inode_hold(struct inode *inode);
void inode_drop(struct inode_table *table, struct inode *inode);

/* The kernel forgets `count` of the lookups that it was told of. */
void inode_forget(struct inode_table *table, struct inode *inode, uint64_t count);

/* The handle in libnfs's form; it points into the inode. */
struct nfs_fh3 inode_handle(const struct inode *inode);

#endif
