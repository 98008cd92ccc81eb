/* exec_clock.c: stands in for Slurm's programs in tests/bench/commands: it writes when it
 * was started and what its parent has spent by then, both in nanoseconds, the one of the
 * monotonic clock, the other of a processor. It answers nothing. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A process's clock of other processes counts to the nanosecond where /proc/PID/stat has
 * ticks. */
static long long spent_by(pid_t process)
{
    struct timespec spent = {.tv_sec = 0};
    clockid_t clock;

    if (clock_getcpuclockid(process, &clock) == 0)
        clock_gettime(clock, &spent);
    return (long long)spent.tv_sec * 1000000000 + spent.tv_nsec;
}

int main(void)
{
    const char *path = getenv("EXEC_CLOCK");
    struct timespec now;
    int file;

    clock_gettime(CLOCK_MONOTONIC, &now);
    file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0)
        return 1;
    dprintf(file, "%lld %lld\n", (long long)now.tv_sec * 1000000000 + now.tv_nsec,
            spent_by(getppid()));
    close(file);
    return 0;
}
