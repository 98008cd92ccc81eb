/* kernel_watch.c: reads from the kernel's counts whether an NFS mount waits in vain. */
#include "storage/volume/kernel_watch.h"

#include "lib/protocol/client_protocol.h"

#include <string.h>

/* Reads a line "xprt: tcp PORT BINDS CONNECTS CONNECT-TIME IDLE-TIME SENT RECEIVED
 * ...". */
static void add_transport(const char *line, struct kernel_sample *sample)
{
    struct kernel_transport transport;

    if (sample->count < KERNEL_TRANSPORTS_MAX &&
        sscanf(line, " xprt: tcp %*u %*u %llu %*u %*u %llu %llu", &transport.connects,
               &transport.sent, &transport.received) == 3)
        sample->transports[sample->count++] = transport;
}

int kernel_watch_read(FILE *stats, const char *target, struct kernel_sample *sample)
{
    bool is_here = false, was_here = false;
    char line[4096], start[1024];

    *sample = (struct kernel_sample){.count = 0};
    snprintf(start, sizeof(start), " mounted on %s with fstype nfs", target);
    while (fgets(line, sizeof(line), stats)) {
        if (strncmp(line, "device ", strlen("device ")) == 0)
            was_here |= is_here = strstr(line, start) != NULL;
        else if (is_here)
            add_transport(line, sample);
    }
    return was_here ? 0 : -1;
}

/* Returns the calls without an answer: they wait, or were sent twice. */
static long long open_calls(const struct kernel_transport *transport)
{
    return (long long)(transport->sent - transport->received);
}

/* Returns whether some answer came since the last sample. */
static bool has_heard(const struct kernel_watch *watch,
                      const struct kernel_sample *sample)
{
    for (size_t i = 0; i < sample->count; i++)
        if (sample->transports[i].received != watch->last.transports[i].received)
            return true;
    return false;
}

/* Counts the calls that were sent twice. Calls that wait are sent again on a connection
 * that was made anew (a transport's first connection is made at its first call). After an
 * outage, calls may have been sent again as well: then, when it is quiet, none waits. */
static void count_twice(struct kernel_watch *watch, const struct kernel_sample *sample,
                        bool is_quiet)
{
    for (size_t i = 0; i < sample->count; i++) {
        const struct kernel_transport *last = &watch->last.transports[i];
        const struct kernel_transport *transport = &sample->transports[i];
        bool is_new = last->sent > 0 && transport->connects != last->connects;
        long long open = open_calls(transport);

        if (!watch->is_known || is_new || is_quiet || open < watch->twice[i])
            watch->twice[i] = open;
    }
}

long long kernel_watch_take(struct kernel_watch *watch,
                            const struct kernel_sample *sample, long long now,
                            unsigned long *calls)
{
    bool heard = has_heard(watch, sample);
    long long waiting = 0;

    count_twice(watch, sample, watch->is_settling && !heard);
    for (size_t i = 0; i < sample->count; i++)
        waiting += open_calls(&sample->transports[i]) - watch->twice[i];
    watch->is_settling = watch->is_known && heard &&
                         (watch->is_settling || now - watch->heard >= CLIENT_SILENT_MS);
    if (!watch->is_known || heard || waiting == 0)
        watch->heard = now;
    watch->is_known = true;
    watch->last = *sample;
    *calls = (unsigned long)waiting;
    return waiting ? now - watch->heard : 0;
}
