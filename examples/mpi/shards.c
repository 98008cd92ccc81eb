/* shards.c: reads and writes the manifest of a data set of shards. */
#include "examples/mpi/shards.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint64_t shard_checksum(uint64_t checksum, const void *data, size_t length)
{
    const unsigned char *byte = data;

    for (size_t i = 0; i < length; i++)
        checksum = (checksum ^ byte[i]) * UINT64_C(0x100000001b3);
    return checksum;
}

static int fits(int length, const char *directory)
{
    if (length > 0 && length < SHARD_PATH_SIZE)
        return 0;
    fprintf(stderr, "shards: the directory's name is too long: %.60s...\n", directory);
    return -1;
}

int shard_path(char *path, const char *directory, unsigned index)
{
    return fits(snprintf(path, SHARD_PATH_SIZE, "%s/shard-%04u", directory, index),
                directory);
}

int manifest_path(char *path, const char *directory)
{
    return fits(snprintf(path, SHARD_PATH_SIZE, "%s/manifest", directory), directory);
}

static int read_lines(struct manifest *manifest, FILE *file)
{
    char line[64];

    for (manifest->count = 0; fgets(line, sizeof(line), file); manifest->count++) {
        struct shard *shard = &manifest->shards[manifest->count];

        if (manifest->count == SHARDS_MAX ||
            sscanf(line, "%" SCNu64 " %" SCNx64, &shard->bytes, &shard->checksum) != 2)
            return -1;
    }
    return manifest->count > 0 && !ferror(file) ? 0 : -1;
}

int manifest_read(struct manifest *manifest, const char *directory)
{
    char path[SHARD_PATH_SIZE];
    FILE *file;
    int result;

    if (manifest_path(path, directory) < 0)
        return -1;
    file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "shards: cannot open %s: %s; make_shards writes it\n", path,
                strerror(errno));
        return -1;
    }
    result = read_lines(manifest, file);
    fclose(file);
    if (result < 0)
        fprintf(stderr, "shards: %s is not a manifest of 1 to %d shards\n", path,
                SHARDS_MAX);
    return result;
}

static int write_lines(const struct manifest *manifest, FILE *file)
{
    for (unsigned i = 0; i < manifest->count; i++)
        fprintf(file, "%" PRIu64 " %016" PRIx64 "\n", manifest->shards[i].bytes,
                manifest->shards[i].checksum);
    return fflush(file) == 0 && !ferror(file) ? fsync(fileno(file)) : -1;
}

int manifest_write(const struct manifest *manifest, const char *directory)
{
    char path[SHARD_PATH_SIZE], part[SHARD_PATH_SIZE + 8];
    FILE *file;
    int result;

    if (manifest_path(path, directory) < 0)
        return -1;
    snprintf(part, sizeof(part), "%s.part", path);
    file = fopen(part, "w");
    result = file ? write_lines(manifest, file) : -1;
    /* A full disk may show only when the file is closed. */
    if (file && fclose(file) != 0)
        result = -1;
    if (result == 0)
        result = rename(part, path);
    if (result < 0)
        fprintf(stderr, "shards: cannot write %s: %s\n", path, strerror(errno));
    return result;
}
