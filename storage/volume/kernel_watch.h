/* kernel_watch.h: whether the kernel's NFS client waits for a file server in vain.
 *
 * The kernel tells of that only in its log. But it counts how often a mount's transports
 * sent and received (/proc/self/mountstats). The calls that wait are the difference, less
 * those that were sent again, which are counted twice.
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
    /* When an answer came last, or nothing waited: clock_milliseconds. */
    long long heard;
};

/* Reads the mount at `target` out of `stats`, in the form of /proc/self/mountstats.
 * Returns 0; or -1 when the mount is not in it. */
int kernel_watch_read(FILE *stats, const char *target, struct kernel_sample *sample);

/* Notes a sample taken at `now`. Returns for how many milliseconds calls have waited
 * without an answer to any, with their number in `*calls`; 0 when none waits. */
long long kernel_watch_take(struct kernel_watch *watch,
                            const struct kernel_sample *sample, long long now,
                            unsigned long *calls);

#endif
