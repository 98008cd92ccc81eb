/* prune.c: bounds how many inodes the kernel remembers. */
#include "nfs/name/prune.h"

#include <errno.h>
#include <unistd.h>

#define NOTIFY_PRUNE 9 /* FUSE_NOTIFY_PRUNE, which many systems' headers lack */
#define AT_ONCE 256    /* inodes in one notice */
#define BUCKETS_AT_ONCE 4096

/* This is struct fuse_out_header and struct fuse_notify_prune_out, with what follows
 * them. */
struct prune_notice {
    uint32_t length;
    int32_t code;
    uint64_t unique;
    uint32_t count, padding;
    uint64_t spare;
    uint64_t numbers[AT_ONCE];
};

/* Returns whether the kernel can let go of the inode without waiting: no page of a closed
 * file is being read. */
static bool is_idle(const struct volume *volume, const struct inode *inode)
{
    return inode != volume->root && inode->lookups > 0 && inode->references == 0 &&
           inode->opens == 0 && !inode->writes;
}

/* Moves the hand over the buckets for one round, and spares the inodes that were used
 * since the last one. */
static void collect(struct volume *volume, struct prune_notice *notice)
{
    struct inode_table *table = &volume->inodes;
    size_t rounds =
        table->bucket_count < BUCKETS_AT_ONCE ? table->bucket_count : BUCKETS_AT_ONCE;

    for (; rounds > 0 && notice->count < AT_ONCE / 2; rounds--) {
        struct inode *inode = table->buckets[table->hand++ & (table->bucket_count - 1)];

        for (; inode && notice->count < AT_ONCE; inode = inode->next) {
            if (!inode->recent && is_idle(volume, inode))
                notice->numbers[notice->count++] = volume_number(volume, inode);
            inode->recent = 0;
        }
    }
}

bool prune_is_full(const struct volume *volume)
{
    const struct inode_bound *bound = volume->inodes.bound;

    return bound->count >= bound->most;
}

bool prune_is_crowded(const struct volume *volume)
{
    const struct inode_bound *bound = volume->inodes.bound;

    return prune_is_full(volume) || (volume->prunes_not && bound->count >= bound->kept);
}

void prune(struct volume *volume)
{
    struct prune_notice notice = {.code = NOTIFY_PRUNE};

    if (volume->prunes_not || volume->inodes.count <= volume->inodes_most)
        return;
    collect(volume, &notice);
    if (notice.count == 0)
        return;
    notice.length = (uint32_t)(offsetof(struct prune_notice, numbers) +
                               notice.count * sizeof(notice.numbers[0]));
    if (write(fuse_session_fd(volume->session), &notice, notice.length) < 0 &&
        (errno == EINVAL || errno == ENOSYS))
        volume->prunes_not = true;
}
