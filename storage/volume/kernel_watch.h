/* kernel_watch.h: whether the kernel's NFS client waits for a file server in vain.
 *
 * The kernel tells only its own log. What it tells of a mount's transports
 * (/proc/self/mountstats) is how often it sent and received: calls that wait are the
 * difference, but for those that it sent again, which are counted twice.
 */
#ifndef ATELIER_KERNEL_WATCH_H
#define ATELIER_KERNEL_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KERNEL_TRANSPORTS_MAX 16 /* nconnect's limit */

/* A mount's connections to its server, in the kernel's order. */
struct kernel_sample {
    size_t count;
    struct kernel_transport {
        unsigned long long connects, sent, received;
    } transports[KERNEL_TRANSPORTS_MAX];
};

struct kernel_watch {
    bool is_known, is_settling;
    struct kernel_sample last;
    long long twice[KERNEL_TRANSPORTS_MAX]; /* calls that were sent again */
    long long heard; /* when nothing waited, or an answer came: clock_milliseconds */
};

/* Reads the mount at `target` out of `stats`, in the form of /proc/self/mountstats.
 * Returns 0; or -1 when it is not there. */
int kernel_watch_read(FILE *stats, const char *target, struct kernel_sample *sample);

/* Takes note of a sample taken at `now`. Returns for how many milliseconds calls have
 * waited without an answer to any, with their number in `*calls`; 0 when none waits. */
long long kernel_watch_take(struct kernel_watch *watch,
                            const struct kernel_sample *sample, long long now,
                            unsigned long *calls);

#endif
