/* ticks.c: prints how many thousand times in a second this processor's time stamp counter
 * counts, which the guest reads as its own (guest). The two clocks are read side by side:
 * a machine that is busy makes no difference. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#ifdef __x86_64__
#include <x86intrin.h>

static uint64_t nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int main(void)
{
    const struct timespec pause = {0, 50000000};
    uint64_t ticks = __rdtsc(), time = nanoseconds();

    nanosleep(&pause, NULL);
    ticks = __rdtsc() - ticks;
    time = nanoseconds() - time;
    printf("%llu\n", (unsigned long long)(ticks * 1000000 / time));
    return 0;
}
#else
int main(void)
{
    fprintf(stderr, "ticks: the guest is for x86-64\n");
    return 1;
}
#endif
