/* exec_clock.c: stands in for Slurm's programs in tests/bench/commands: it writes when it
 * was started, in nanoseconds of the monotonic clock, and answers nothing. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    const char *path = getenv("EXEC_CLOCK");
    struct timespec now;
    int file;

    clock_gettime(CLOCK_MONOTONIC, &now);
    file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0)
        return 1;
    dprintf(file, "%lld\n", (long long)now.tv_sec * 1000000000 + now.tv_nsec);
    close(file);
    return 0;
}
