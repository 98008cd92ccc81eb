/* random_pause.c: chooses by chance when a node of a job asks slurmctld. */
#include "lib/slurm/random_pause.h"

#include <sys/random.h>

#define LONGEST_MS 2000
#define FEW 8 /* so many nodes may ask at once */

int random_pause(unsigned long nodes)
{
    unsigned random = 0;

    if (nodes <= FEW || getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        return 0;
    return (int)(random % (nodes < LONGEST_MS ? nodes : LONGEST_MS));
}
