/* doctor_probe.c: atelier-doctor, which `atelier doctor --nodes` starts on each node.
 *
 *     atelier-doctor          MPI: an all-reduce over all, then each link of the ring
 *     atelier-doctor --here   says that it is there, and ends
 *
 * It tells what it comes through in lines on its output (doctor/step.lua), and that it
 * lives every second: MPI itself waits for ever for one that does not.
 */
#include <mpi.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODE_SIZE 256
#define BATCHES 5 /* what other programs do to one does not count */
#define SMALL_ROUNDS 20
#define LARGE_ROUNDS 2
#define LARGE (1 << 20)    /* bytes of the large all-reduce */
#define PART (256 << 10)   /* bytes each way of one exchange over a link */
#define BATCH_SECONDS 0.05 /* of exchanges, unless one takes longer */
#define ROUNDS_MAX 100
#define LIFE_SECONDS 120 /* nothing of it outlives a doctor that was killed */

static const char *node;
static char *outgoing, *incoming; /* LARGE bytes each */

/* One write, so that the lines of several threads and nodes do not mix. */
static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
    char line[3 * NODE_SIZE];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(1); /* nobody listens any more */
}

static void *beat(void *unused)
{
    for (;;) {
        sleep(1);
        say("doctor beat %s\n", node);
    }
    return unused;
}

/* The time of one all-reduce: the mean of a batch, and of batches the best. */
static double reduce(int bytes, int rounds)
{
    double best = 1e9;

    for (int batch = 0; batch < BATCHES; batch++) {
        double began = MPI_Wtime(), took;

        for (int i = 0; i < rounds; i++)
            MPI_Allreduce(outgoing, incoming, bytes / (int)sizeof(double), MPI_DOUBLE,
                          MPI_SUM, MPI_COMM_WORLD);
        took = (MPI_Wtime() - began) / rounds;
        best = took < best ? took : best;
    }
    return best;
}

static void exchange(int peer, int bytes)
{
    MPI_Sendrecv(outgoing, bytes, MPI_BYTE, peer, 0, incoming, bytes, MPI_BYTE, peer, 0,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* The mean time of an exchange. The last byte comes from a peer that has received all;
 * a single exchange can find its data there already, and seem to take no time. */
static double time_exchanges(int peer, int bytes, int rounds)
{
    double began;

    exchange(peer, 1);
    began = MPI_Wtime();
    for (int i = 0; i < rounds; i++)
        exchange(peer, bytes);
    exchange(peer, 1);
    return (MPI_Wtime() - began) / rounds;
}

static double best_exchange(int peer, int bytes, int rounds)
{
    double best = 1e9;

    for (int batch = 0; batch < BATCHES; batch++) {
        double took = time_exchanges(peer, bytes, rounds);

        best = took < best ? took : best;
    }
    return best;
}

/* How many exchanges a batch has time for: the lower rank says. */
static int agree_on_rounds(int rank, int peer, double took)
{
    double fit = BATCH_SECONDS / (took > 1e-6 ? took : 1e-6);
    int rounds = fit < 1 ? 1 : fit > ROUNDS_MAX ? ROUNDS_MAX : (int)fit;

    if (rank < peer)
        MPI_Send(&rounds, 1, MPI_INT, peer, 1, MPI_COMM_WORLD);
    else
        MPI_Recv(&rounds, 1, MPI_INT, peer, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return rounds;
}

/* Both ways at once, so that either direction shows. */
static void measure_link(int rank, int peer, bool tells)
{
    char mine[NODE_SIZE], other[NODE_SIZE];
    double latency, took;

    snprintf(mine, sizeof(mine), "%s", node);
    MPI_Sendrecv(mine, NODE_SIZE, MPI_CHAR, peer, 2, other, NODE_SIZE, MPI_CHAR, peer, 2,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    latency = best_exchange(peer, 1, SMALL_ROUNDS);
    took = time_exchanges(peer, PART, 1);
    took = best_exchange(peer, PART, agree_on_rounds(rank, peer, took));
    if (tells)
        say("doctor link %s %s %.1f %.2f\n", mine, other, latency * 1e6,
            PART / took / 1e6);
}

/* The links of a ring in three turns, so that no node has two at a time: those from even
 * ranks, those from odd ones, and where the number is odd the one that closes it. */
static void measure_ring(int rank, int size)
{
    for (int turn = 0; turn < 3; turn++) {
        int next = (rank + 1) % size, before = (rank + size - 1) % size;
        bool closes = size % 2 == 1 && rank == size - 1;
        bool closed = size % 2 == 1 && before == size - 1;
        int turn_of_next = closes ? 2 : rank % 2;
        int turn_of_before = closed ? 2 : before % 2;

        MPI_Barrier(MPI_COMM_WORLD);
        if (size == 2 && turn == 0)
            measure_link(rank, next, rank == 0);
        else if (size > 2 && turn == turn_of_next)
            measure_link(rank, next, true);
        else if (size > 2 && turn == turn_of_before)
            measure_link(rank, before, false);
    }
}

static void measure(void)
{
    double small, large;
    int rank, size;

    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    say("doctor joined %s %d\n", node, size);
    reduce(sizeof(double), 1);
    small = reduce(sizeof(double), SMALL_ROUNDS);
    large = reduce(LARGE, LARGE_ROUNDS);
    if (rank == 0)
        say("doctor reduce %.1f %.1f\n", small * 1e6, large * 1e6);
    if (size > 1)
        measure_ring(rank, size);
}

int main(int argc, char **argv)
{
    pthread_t beating;
    int level;

    node = getenv("SLURMD_NODENAME");
    if (!node || strlen(node) >= NODE_SIZE) {
        fprintf(stderr, "atelier-doctor: Slurm did not set SLURMD_NODENAME\n");
        return 1;
    }
    alarm(LIFE_SECONDS);
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0); /* other jobs may be here */
    say("doctor here %s\n", node);
    if (argc > 1 && strcmp(argv[1], "--here") == 0)
        return 0;
    outgoing = calloc(2, LARGE);
    incoming = outgoing ? outgoing + LARGE : NULL;
    if (!outgoing || pthread_create(&beating, NULL, beat, NULL) != 0 ||
        MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return 1;
    measure();
    say("doctor done %s\n", node);
    MPI_Finalize();
    return 0;
}
