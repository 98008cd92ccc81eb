/* inode.h: what the kernel knows of a volume: one inode for each NFS file handle.
 *
 * FUSE's inode number is the address of our `struct inode` (the root's is FUSE_ROOT_ID),
 * so that a request leads to a handle without any search. An inode lives while the kernel
 * remembers it (lookups) or a call of ours uses it (references). Memory is bounded when
 * the kernel forgets inodes, which prune.h asks for.
 */
#ifndef ATELIER_NFS_INODE_H
#define ATELIER_NFS_INODE_H

#include "nfs/name/attributes.h"

#include <limits.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <stdatomic.h>
#include <stddef.h>

struct inode {
    struct inode *next; /* in its bucket */
    /* Where an open file went when its name was removed, or NULL. */
    struct hidden *hidden;
    struct writes *writes; /* what was written and is not safe yet, or NULL */
    struct opened *opened; /* what is known of an open file, or NULL */
    struct names *names;   /* what is known of a directory (names.h), or NULL */
    uint64_t lookups;      /* how often the kernel was told of it without forgetting */
    uint32_t references;   /* of calls under way, and of hidden files in the directory */
    uint32_t opens;
    /* Opens to read and write: only these can map the file to write. */
    uint32_t mappers;
    atomic_uint locks_lost; /* holders whose lock the server gave away: lock.h */
    uint32_t
        told; /* when (volume->moment) the kernel last heard, or changed, attributes */
    struct version cached;   /* what the kernel's page cache was filled from */
    uint64_t size_told;      /* the size that the kernel takes for the present one */
    struct nfstime3 changed; /* with `since` and `seconds`, see told.h */
    uint32_t since;
    uint8_t seconds;
    uint8_t recent : 1; /* used since prune.h's hand last passed */
    uint8_t handle_length;
    char handle[]; /* no longer than it is, since there are many inodes */
};

/* What is known of an open file beside what the kernel was told. */
struct opened {
    struct fattr3 attributes; /* what the server said last */
    uint64_t end;             /* where an append goes, see append.h */
    /* When the end was asked for (clock_milliseconds); 0: in doubt. */
    long long end_asked;
    uint32_t end_moment; /* the same moment by told.h */
    uint32_t writes;     /* how many writes programs have made */
};

/* The name that stands for a removed but open file, until its last close. */
struct hidden {
    struct inode *directory; /* holds a reference */
    char name[NAME_MAX + 1];
};

/* How many inodes all volumes of the file server have, and may have (prune.h). */
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

/* Returns the inode of `handle` with one more reference; it is made when it is new. NULL
 * when memory is short or the handle is empty or longer than NFSv3 allows, as only a
 * broken server sends it. */
struct inode *inode_get(struct inode_table *table, const struct nfs_fh3 *handle);

/* As inode_get, but returns NULL for a handle that is not known. */
struct inode *inode_find(struct inode_table *table, const struct nfs_fh3 *handle);

/* Takes and drops a reference; both take NULL for nothing. An inode that nobody uses is
 * freed. */
struct inode *inode_hold(struct inode *inode);
void inode_drop(struct inode_table *table, struct inode *inode);

/* Takes back `count` of the lookups that the kernel was told of. */
void inode_forget(struct inode_table *table, struct inode *inode, uint64_t count);

/* Returns the handle in libnfs's form; it points into the inode. */
struct nfs_fh3 inode_handle(const struct inode *inode);

#endif
