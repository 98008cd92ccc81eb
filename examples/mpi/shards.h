/* shards.h: a data set of numbered files, and the manifest that says what is in them.
 *
 * DIRECTORY/shard-0000, shard-0001, ... and DIRECTORY/manifest, whose lines are
 *
 *     BYTES CHECKSUM        one for each shard, in their order; the checksum in hex
 *
 * The manifest is written last, so a data set that has one is whole.
 */
#ifndef SHARDS_H
#define SHARDS_H

#include <stddef.h>
#include <stdint.h>

#define SHARDS_MAX 1024
#define SHARD_PATH_SIZE 1024            /* bytes, with the terminating NUL */
#define SHARD_BUFFER_SIZE (1024 * 1024) /* bytes of one read or write */

struct shard {
    uint64_t bytes;
    uint64_t checksum;
};

struct manifest {
    struct shard shards[SHARDS_MAX];
    unsigned count;
};

/* The checksum of no bytes, and of those of `checksum` followed by `length` at `data`:
 * 64-bit FNV-1a by Fowler, Noll and Vo (http://www.isthe.com/chongo/tech/comp/fnv/). It
 * finds damage, not malice. */
#define SHARD_CHECKSUM_START UINT64_C(0xcbf29ce484222325)
uint64_t shard_checksum(uint64_t checksum, const void *data, size_t length);

/* Writes the path of shard `index`, or of the manifest, to `path` (SHARD_PATH_SIZE
 * bytes). Returns 0, or -1 with a sentence on stderr when `directory` is too long. */
int shard_path(char *path, const char *directory, unsigned index);
int manifest_path(char *path, const char *directory);

/* Reads the manifest of `directory`. Returns 0, or -1 with a sentence on stderr. */
int manifest_read(struct manifest *manifest, const char *directory);

/* Writes it, whole or not at all. Returns 0, or -1 with a sentence on stderr. */
int manifest_write(const struct manifest *manifest, const char *directory);

#endif
