/* train_mpi.c: the task of digits.py in C with MPI.
 *
 * The batches, the rows of each rank and the line at the end are the same.
 */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIXELS = 64,
    DIGITS = 10,
    BATCH = 96,
    STEPS = 28,
    MOST_IMAGES = 4096,
    MOST_BYTES = 1 << 20,
    PARAMETERS = PIXELS * DIGITS + DIGITS, /* the bias after the weights */
};

static const float rate = 0.5F;

struct digits {
    float images[MOST_IMAGES][PIXELS];
    unsigned char labels[MOST_IMAGES];
    int count;
};

static void give_up(const char *what)
{
    fprintf(stderr, "train_mpi: %s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

/* The bytes of the next array of an .npz file whose parts are not compressed; `*at` moves
 * on. */
static const unsigned char *next_array(const unsigned char *file, size_t size, size_t *at)
{
    const unsigned char *start = memmem(file + *at, size - *at, "\x93NUMPY", 6);

    if (!start || size - (size_t)(start - file) < 10) {
        give_up("train.npz does not hold two arrays");
    }
    *at = (size_t)(start - file) + 10 + (start[8] | (size_t)start[9] << 8);
    if (*at > size) {
        give_up("train.npz is cut off");
    }
    return file + *at;
}

static void load(struct digits *digits)
{
    static unsigned char file[MOST_BYTES];
    const char *root = getenv("ATELIER_MOUNT_ROOT");
    const unsigned char *images, *labels;
    char path[4096];
    size_t size, at = 0;
    FILE *stream;

    if (!root) {
        give_up("there are no volumes; submit the job with --workspace=NAME");
    }
    snprintf(path, sizeof path, "%s/datasets/digits/train.npz", root);
    stream = fopen(path, "rb");
    if (!stream) {
        perror(path);
        give_up("no images");
    }
    size = fread(file, 1, sizeof file, stream);
    fclose(stream);
    images = next_array(file, size, &at);
    labels = next_array(file, size, &at);
    digits->count = 1437;
    if (at + (size_t)digits->count > size) {
        give_up("train.npz is cut off");
    }
    for (int image = 0; image < digits->count; image++) {
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            digits->images[image][pixel] = (float)images[image * PIXELS + pixel] / 16;
        }
        digits->labels[image] = labels[image];
    }
}

static void probabilities(const float *image, const float *parameters, double *answer)
{
    double highest = -HUGE_VAL, sum = 0;

    for (int digit = 0; digit < DIGITS; digit++) {
        double score = parameters[PIXELS * DIGITS + digit];

        for (int pixel = 0; pixel < PIXELS; pixel++) {
            score += image[pixel] * parameters[pixel * DIGITS + digit];
        }
        answer[digit] = score;
        highest = fmax(highest, score);
    }
    for (int digit = 0; digit < DIGITS; digit++) {
        answer[digit] = exp(answer[digit] - highest);
        sum += answer[digit];
    }
    for (int digit = 0; digit < DIGITS; digit++) {
        answer[digit] /= sum;
    }
}

static void add_gradient(const struct digits *digits, int row, const float *parameters,
                         float *gradient)
{
    const float *image = digits->images[row];
    double error[DIGITS];

    probabilities(image, parameters, error);
    error[digits->labels[row]] -= 1;
    for (int digit = 0; digit < DIGITS; digit++) {
        float share = (float)(error[digit] / BATCH);

        for (int pixel = 0; pixel < PIXELS; pixel++) {
            gradient[pixel * DIGITS + digit] += image[pixel] * share;
        }
        gradient[PIXELS * DIGITS + digit] += share;
    }
}

static double mean_loss(const struct digits *digits, const float *parameters)
{
    double answer[DIGITS], sum = 0;

    for (int row = 0; row < digits->count; row++) {
        probabilities(digits->images[row], parameters, answer);
        sum -= log(answer[digits->labels[row]]);
    }
    return sum / digits->count;
}

int main(int argc, char **argv)
{
    static struct digits digits;
    static float parameters[PARAMETERS];
    char node[MPI_MAX_PROCESSOR_NAME];
    int rank, size, length;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Get_processor_name(node, &length);
    load(&digits);
    for (int step = 0; step < STEPS; step++) {
        int first = step % (digits.count / BATCH) * BATCH;
        float gradient[PARAMETERS] = {0}, total[PARAMETERS];

        for (int row = first + rank; row < first + BATCH; row += size) {
            add_gradient(&digits, row, parameters, gradient);
        }
        MPI_Allreduce(gradient, total, PARAMETERS, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        for (int place = 0; place < PARAMETERS; place++) {
            parameters[place] -= rate * total[place];
        }
    }
    printf("rank %d of %d on %s: loss %.6f\n", rank, size, node,
           mean_loss(&digits, parameters));
    fflush(stdout);
    MPI_Finalize();
    return 0;
}
