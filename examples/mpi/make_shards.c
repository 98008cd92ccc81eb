/* make_shards.c: writes a data set for read_shards, the same bytes every time.
 *
 *     make_shards DIRECTORY [SHARDS [BYTES]]
 */
#include "examples/mpi/shards.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHARDS_DEFAULT 8
#define BYTES_DEFAULT (4 * 1024 * 1024)

static uint64_t buffer[SHARD_BUFFER_SIZE / sizeof(uint64_t)];

/* SplitMix64 by Sebastiano Vigna (https://prng.di.unimi.it/splitmix64.c): bytes that
 * neither compress nor repeat, so that a misplaced block changes the checksum. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int write_bytes(FILE *file, struct shard *shard, unsigned index)
{
    uint64_t state = index, left = shard->bytes;

    shard->checksum = SHARD_CHECKSUM_START;
    while (left > 0) {
        size_t length = left < sizeof(buffer) ? (size_t)left : sizeof(buffer);

        for (size_t i = 0; i < sizeof(buffer) / sizeof(buffer[0]); i++)
            buffer[i] = next_random(&state);
        if (fwrite(buffer, 1, length, file) != length)
            return -1;
        shard->checksum = shard_checksum(shard->checksum, buffer, length);
        left -= length;
    }
    return fflush(file) == 0 ? fsync(fileno(file)) : -1;
}

static int write_shard(const char *directory, struct shard *shard, unsigned index)
{
    char path[SHARD_PATH_SIZE];
    FILE *file;
    int result;

    if (shard_path(path, directory, index) < 0)
        return -1;
    file = fopen(path, "wb");
    result = file ? write_bytes(file, shard, index) : -1;
    if (file && fclose(file) != 0)
        result = -1;
    if (result < 0)
        fprintf(stderr, "make_shards: cannot write %s: %s\n", path, strerror(errno));
    return result;
}

/* An old manifest would vouch for shards that are being replaced. */
static int withdraw_manifest(const char *directory)
{
    char path[SHARD_PATH_SIZE];

    if (manifest_path(path, directory) < 0)
        return -1;
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    fprintf(stderr, "make_shards: cannot remove %s: %s\n", path, strerror(errno));
    return -1;
}

static int make_directory(const char *directory)
{
    if (mkdir(directory, 0777) == 0 || errno == EEXIST)
        return 0;
    fprintf(stderr, "make_shards: cannot make %s: %s\n", directory, strerror(errno));
    return -1;
}

static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
           *number > 0 && *number <= most;
}

int main(int argc, char **argv)
{
    static struct manifest manifest;
    uint64_t count = SHARDS_DEFAULT, bytes = BYTES_DEFAULT;

    if (argc < 2 || argc > 4 ||
        (argc > 2 && !parse_number(argv[2], SHARDS_MAX, &count)) ||
        (argc > 3 && !parse_number(argv[3], UINT64_C(1) << 40, &bytes))) {
        fprintf(stderr,
                "usage: make_shards DIRECTORY [SHARDS [BYTES]]: "
                "1 to %d shards of 1 to 2^40 bytes\n",
                SHARDS_MAX);
        return 2;
    }
    if (make_directory(argv[1]) < 0 || withdraw_manifest(argv[1]) < 0)
        return 1;
    manifest.count = (unsigned)count;
    for (unsigned i = 0; i < manifest.count; i++) {
        manifest.shards[i].bytes = bytes;
        if (write_shard(argv[1], &manifest.shards[i], i) < 0)
            return 1;
    }
    return manifest_write(&manifest, argv[1]) == 0 ? 0 : 1;
}
