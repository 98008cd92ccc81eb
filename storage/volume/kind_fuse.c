/* kind_fuse.c: volumes that a program mounts and serves as long as the job runs. */
#include "storage/volume/kind.h"
#include "storage/volume/scratch_place.h"

#include <stdio.h>
#include <string.h>

#define GLUSTERFS "/usr/sbin/glusterfs"
#define RCLONE "/usr/bin/rclone"

/* Adds "HOST:/VOLUME/DIRECTORY", whose form the policy has checked. */
static void add_gluster_source(struct words *words, const char *source)
{
    const char *volume = strstr(source, ":/");
    const char *directory = volume ? strchr(volume + 2, '/') : NULL;
    size_t length = volume ? strlen(volume + 1) : 0;

    if (directory)
        length = (size_t)(directory - volume) - 1;
    words_add(words, "--volfile-server=%.*s", volume ? (int)(volume - source) : 0,
              source);
    words_add(words, "--volfile-id=%.*s", (int)length, volume ? volume + 1 : "");
    if (directory)
        words_add(words, "--subdir-mount=%s", directory);
}

static int mount_glusterfs(struct job_volume *volume, const struct mount_site *site,
                           const char *target, const struct deadline *deadline,
                           struct error *error)
{
    struct words words = {.count = 0};

    (void)site;
    words_add(&words, GLUSTERFS);
    words_add(&words, "--no-daemon");
    words_add(&words, "--log-file=/dev/stderr");
    words_add(&words, "--log-level=ERROR");
    if (volume->plan->read_only)
        words_add(&words, "--read-only");
    add_gluster_source(&words, volume->plan->source);
    words_add(&words, "%s", target);
    return mounter_start(&volume->mounter, &words, volume->plan->name, target, deadline,
                         error);
}

/* Ends the program. One that had to be killed may have lost data, so the report says
 * so. */
static void end_mounter(struct job_volume *volume, const struct deadline *deadline,
                        struct record *report)
{
    char key[NAME_LENGTH_MAX + sizeof(".killed")];

    snprintf(key, sizeof(key), "%s.killed", volume->plan->name);
    if (mounter_end(&volume->mounter, deadline) < 0 && report)
        record_set(report, key, "1");
    scratch_remove(&volume->scratch, deadline);
}

const struct kind kind_glusterfs = {.name = "glusterfs",
                                    .is_to_be_restricted = true,
                                    .mount = mount_glusterfs,
                                    .end = end_mounter};

/* Adds a cache that writes a file to the store when the file is closed, since the cache
 * is deleted with the job. */
static int add_cache(struct words *words, struct job_volume *volume,
                     const struct facts *facts, struct error *error)
{
    struct facts root = *facts;

    root.uid = 0;
    root.gid = 0;
    words_add(words, "--vfs-cache-mode");
    if (!*volume->plan->path) {
        words_add(words, "off");
        return 0;
    }
    words_add(words, "full");
    words_add(words, "--vfs-write-back");
    words_add(words, "0");
    words_add(words, "--cache-dir");
    words_add(words, "%s/" SCRATCH_PLACE "/%s", volume->plan->path,
              scratch_name(&volume->scratch, facts, volume->plan->name));
    return scratch_make(&volume->scratch, volume->plan->path, &root, volume->plan->name,
                        error);
}

static int mount_rclone(struct job_volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    const struct plan_volume *plan = volume->plan;
    struct words words = {.count = 0};

    words_add(&words, RCLONE);
    words_add(&words, "mount");
    words_add(&words, "%s", plan->source);
    words_add(&words, "%s", target);
    words_add(&words, "--config");
    words_add(&words, "%s", plan->credentials);
    words_add(&words, "--uid");
    words_add(&words, "%u", (unsigned)site->facts->uid);
    words_add(&words, "--gid");
    words_add(&words, "%u", (unsigned)site->facts->gid);
    words_add(&words, "--umask");
    words_add(&words, "0077");
    words_add(&words, "--allow-other");
    words_add(&words, "--default-permissions");
    words_add(&words, "--log-level");
    words_add(&words, "ERROR");
    if (plan->read_only)
        words_add(&words, "--read-only");
    if (add_cache(&words, volume, site->facts, error) < 0) {
        words_release(&words);
        return -1;
    }
    return mounter_start(&volume->mounter, &words, plan->name, target, deadline, error);
}

const struct kind kind_rclone = {.name = "rclone",
                                 .is_to_be_restricted = true,
                                 .mount = mount_rclone,
                                 .end = end_mounter};
