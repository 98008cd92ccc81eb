/* kind_kernel.c: the exports of file servers, by the kernel's client. */
#include "lib/protocol/client_protocol.h"
#include "storage/system.h"
#include "storage/volume/kernel_client.h"
#include "storage/volume/kernel_watch.h"
#include "storage/volume/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define STATUS_DAEMON "/run/rpc.statd.pid"

static void add_source(struct words *words, const struct plan_volume *volume)
{
    const struct file_server *server = &volume->server;

    if (strchr(server->host, ':'))
        words_add(words, "[%s]:%s", server->host, volume->export_path);
    else
        words_add(words, "%s:%s", server->host, volume->export_path);
}

/* Adds the version. Locks of version 3 need a daemon on the node; where none is ready,
 * nolock keeps mount.nfs from starting one. */
static void add_version(struct words *words, const struct file_server *server)
{
    if (server->port)
        words_append(words, ",port=%ld", server->port);
    if (server->version != 3)
        return;
    words_append(words, ",mountproto=tcp");
    if (server->mount_port)
        words_append(words, ",mountport=%ld", server->mount_port);
    if (server->locks_on_node || access(STATUS_DAEMON, F_OK) < 0)
        words_append(words, ",nolock");
}

/* Adds the recovery. A soft request is sent twice, and waits half of the time for
 * each. */
static void add_recovery(struct words *words, const struct file_server *server)
{
    if (server->is_soft)
        words_append(words, ",soft,timeo=%ld,retrans=1",
                     (server->timeout_ms + 199) / 200);
    else
        words_append(words, ",hard");
    if (server->attribute_cache_ms == 0)
        words_append(words, ",noac");
    else if (server->attribute_cache_ms > 0)
        words_append(words, ",actimeo=%ld", (server->attribute_cache_ms + 999) / 1000);
}

/* Mounts by mount.nfs. nosharecache gives the mount a superblock of its own, so that
 * aborting requests at a job's end concerns no other job. retry=0, since the preflight
 * has just had its answer. */
static int mount_kernel(struct job_volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct plan_volume *plan = volume->plan;
    struct words words = {.count = 0};

    (void)site;
    words_add(&words, KERNEL_CLIENT_PROGRAM);
    add_source(&words, plan);
    words_add(&words, "%s", target);
    words_add(&words, "-o");
    words_add(&words, "%s,nosuid,nodev,nosharecache,vers=%ld,proto=tcp",
              plan->read_only ? "ro" : "rw", plan->server.version);
    add_recovery(&words, &plan->server);
    words_append(&words, ",retry=0");
    if (plan->server.connections)
        words_append(&words, ",nconnect=%ld", plan->server.connections);
    add_version(&words, &plan->server);
    return mounter_run(&words, plan->name, deadline, error);
}

/* Writes out before unmounting. What is written during the unmount cannot be interrupted,
 * so that whoever unmounts never comes back when the server is gone. This can be
 * interrupted, as long as the mount is there. */
static void write_out(const char *path, const struct plan_volume *volume)
{
    int fd;

    if (volume->read_only)
        return;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        syncfs(fd);
    if (fd >= 0)
        close(fd);
}

static int unmount_kernel(const struct plan_volume *volume, const char *path, int flags)
{
    if (!(flags & MNT_DETACH))
        write_out(path, volume);
    return system_unmount(path, flags);
}

static bool abort_kernel(const char *path)
{
    return system_calls.umount2(path, MNT_FORCE | UMOUNT_NOFOLLOW) < 0 && errno == EBUSY;
}

static void report_kernel(const struct plan_volume *volume, const char *path,
                          struct record *report)
{
    kernel_client_report(path, volume->name, report);
}

static bool read_transports(const char *path, struct kernel_sample *sample)
{
    FILE *stats = fopen("/proc/self/mountstats", "re");
    int status = stats ? kernel_watch_read(stats, path, sample) : -1;

    if (stats)
        fclose(stats);
    return status == 0;
}

static enum hearing look_kernel(struct job_volume *volume, const char *path)
{
    struct outage *outage = &volume->client->outage;
    struct kernel_sample sample;
    unsigned long calls;
    long long silent_ms;

    if (!volume->seen)
        volume->seen = calloc(1, sizeof(struct kernel_watch));
    if (!volume->seen || !read_transports(path, &sample))
        return HEARING_NOTHING;
    silent_ms = kernel_watch_take(volume->seen, &sample, clock_milliseconds(), &calls);
    if (silent_ms >= CLIENT_SILENT_MS)
        return outage_begin(outage, silent_ms, calls) ? HEARING_SILENCE : HEARING_NOTHING;
    return outage_end(outage) ? HEARING_ANSWER : HEARING_NOTHING;
}

const struct kind kind_kernel = {.name = "kernel",
                                 .is_without_client = true,
                                 .mount = mount_kernel,
                                 .unmount = unmount_kernel,
                                 .abort = abort_kernel,
                                 .report = report_kernel,
                                 .look = look_kernel};
