/* read_shards.c: all ranks of an MPI job read one data set together and check it.
 *
 *     read_shards [DIRECTORY]
 *
 * DIRECTORY is what make_shards wrote; without it, shards/ of the volume `datasets`. Rank
 * r of n reads shards r, r + n, r + 2n, ... Exits with 0 when every byte was right.
 */
#include "examples/mpi/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What one rank has seen; after the reduction, what all have. */
enum { SHARDS, BYTES, CHECKSUMS, FAILURES, TALLIES };

static char node[MPI_MAX_PROCESSOR_NAME];

static int read_to_end(int fd, struct shard *seen)
{
    static char buffer[SHARD_BUFFER_SIZE];
    ssize_t length;

    *seen = (struct shard){0, SHARD_CHECKSUM_START};
    while ((length = read(fd, buffer, sizeof(buffer))) != 0) {
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return -1;
        seen->bytes += (uint64_t)length;
        seen->checksum = shard_checksum(seen->checksum, buffer, (size_t)length);
    }
    return 0;
}

static int read_shard(const char *path, struct shard *seen)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int result = fd < 0 ? -1 : read_to_end(fd, seen);

    if (result < 0)
        fprintf(stderr, "read_shards: %s: cannot read %s: %s\n", node, path,
                strerror(errno));
    if (fd >= 0)
        close(fd);
    return result;
}

static int check_shard(const char *directory, unsigned index,
                       const struct shard *expected, uint64_t *tally)
{
    char path[SHARD_PATH_SIZE];
    struct shard seen;

    if (shard_path(path, directory, index) < 0 || read_shard(path, &seen) < 0)
        return -1;
    tally[SHARDS]++;
    tally[BYTES] += seen.bytes;
    tally[CHECKSUMS] += seen.checksum;
    if (seen.bytes == expected->bytes && seen.checksum == expected->checksum)
        return 0;
    fprintf(stderr,
            "read_shards: %s: %s has %" PRIu64 " bytes with checksum %016" PRIx64
            ", the manifest says %" PRIu64 " with %016" PRIx64 "\n",
            node, path, seen.bytes, seen.checksum, expected->bytes, expected->checksum);
    return -1;
}

/* Reads and checks the shards of this rank, and says how fast. The rate is what the
 * program sees: a second reading may come from the node's memory. */
static void read_share(const char *directory, const struct manifest *manifest, int rank,
                       int ranks, uint64_t *tally)
{
    double seconds = MPI_Wtime();

    for (unsigned i = (unsigned)rank; i < manifest->count; i += (unsigned)ranks)
        if (check_shard(directory, i, &manifest->shards[i], tally) < 0)
            tally[FAILURES]++;
    seconds = MPI_Wtime() - seconds;
    printf("rank %d of %d on %s: %" PRIu64 " bytes, %.0f MB/s\n", rank, ranks, node,
           tally[BYTES], seconds > 0 ? (double)tally[BYTES] / seconds / 1e6 : 0.0);
    fflush(stdout);
}

/* Whether the sums over all ranks are those of the manifest: a shard that two ranks read,
 * or none, shows here. */
static int check_sums(const struct manifest *manifest, const uint64_t *all, int rank)
{
    uint64_t bytes = 0, checksums = 0;

    for (unsigned i = 0; i < manifest->count; i++) {
        bytes += manifest->shards[i].bytes;
        checksums += manifest->shards[i].checksum;
    }
    if (all[FAILURES] == 0 && all[SHARDS] == manifest->count && all[BYTES] == bytes &&
        all[CHECKSUMS] == checksums) {
        if (rank == 0)
            printf("all %u shards are right: %" PRIu64 " bytes\n", manifest->count,
                   bytes);
        return 0;
    }
    if (rank == 0)
        fprintf(stderr,
                "read_shards: the data set was not read whole and right: %" PRIu64
                " of %u shards read, %" PRIu64 " failures\n",
                all[SHARDS], manifest->count, all[FAILURES]);
    return -1;
}

/* A rank without a manifest still joins the reduction, so that nobody waits for it. */
static int read_together(const char *directory, int rank, int ranks)
{
    static struct manifest manifest;
    uint64_t mine[TALLIES] = {0}, all[TALLIES];

    if (manifest_read(&manifest, directory) < 0)
        mine[FAILURES] = 1;
    else
        read_share(directory, &manifest, rank, ranks, mine);
    MPI_Allreduce(mine, all, TALLIES, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    return check_sums(&manifest, all, rank);
}

/* Writes the directory to read. Returns 0, or -1 with a sentence on stderr. */
static int choose_directory(int argc, char **argv, char *directory)
{
    const char *root = argc == 2 ? argv[1] : getenv("ATELIER_MOUNT_ROOT");
    const char *below = argc == 2 ? "" : "/datasets/shards";

    if (argc > 2 || !root) {
        fprintf(stderr, "usage: read_shards DIRECTORY; without one, submit the job with "
                        "--workspace=NAME\n");
        return -1;
    }
    if (snprintf(directory, SHARD_PATH_SIZE, "%s%s", root, below) < SHARD_PATH_SIZE)
        return 0;
    fprintf(stderr, "read_shards: the directory's name is too long: %.60s...\n", root);
    return -1;
}

int main(int argc, char **argv)
{
    char directory[SHARD_PATH_SIZE];
    int rank, ranks, length, result;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Get_processor_name(node, &length);
    result = choose_directory(argc, argv, directory);
    if (result == 0)
        result = read_together(directory, rank, ranks);
    MPI_Finalize();
    return result == 0 ? 0 : 1;
}
