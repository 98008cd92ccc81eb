/* kind_program.c: volumes that a program mounts, which then ends. */
#include "storage/volume/kind.h"

#include <string.h>

#define MOUNT_CIFS "/usr/sbin/mount.cifs"
#define MOUNT_LUSTRE "/usr/sbin/mount.lustre"

static void begin(struct words *words, const char *program,
                  const struct job_volume *volume, const char *target)
{
    words_add(words, "%s", program);
    words_add(words, "%s", volume->plan->source);
    words_add(words, "%s", target);
    words_add(words, "-o");
    words_add(words, "%s,nosuid,nodev", volume->plan->read_only ? "ro" : "rw");
}

/* Mounts a share as the user, whoever the credentials belong to, since a share knows no
 * other users. nosharesock keeps one job's dead connection from being another job's. */
static int mount_cifs(struct job_volume *volume, const struct mount_site *site,
                      const char *target, const struct deadline *deadline,
                      struct error *error)
{
    const struct plan_volume *plan = volume->plan;
    struct words words = {.count = 0};

    begin(&words, MOUNT_CIFS, volume, target);
    words_append(&words,
                 ",credentials=%s,uid=%u,gid=%u,forceuid,forcegid,file_mode=0600,"
                 "dir_mode=0700,nosharesock,hard",
                 plan->credentials, (unsigned)site->facts->uid,
                 (unsigned)site->facts->gid);
    return mounter_run(&words, plan->name, deadline, error);
}

const struct kind kind_cifs = {
    .name = "cifs", .is_shared = true, .is_to_be_restricted = true, .mount = mount_cifs};

static int mount_lustre(struct job_volume *volume, const struct mount_site *site,
                        const char *target, const struct deadline *deadline,
                        struct error *error)
{
    struct words words = {.count = 0};

    (void)site;
    begin(&words, MOUNT_LUSTRE, volume, target);
    words_append(&words, ",flock");
    return mounter_run(&words, volume->plan->name, deadline, error);
}

const struct kind kind_lustre = {.name = "lustre",
                                 .is_shared = true,
                                 .is_to_be_restricted = true,
                                 .mount = mount_lustre};

static int mount_command(struct job_volume *volume, const struct mount_site *site,
                         const char *target, const struct deadline *deadline,
                         struct error *error)
{
    struct words words = {.count = 0};

    (void)site;
    for (const char *word = volume->plan->command; *word; word += strlen(word) + 1)
        words_add(&words, "%s", word);
    words_add(&words, "%s", target);
    return mounter_run(&words, volume->plan->name, deadline, error);
}

const struct kind kind_command = {.name = "command",
                                  .is_shared = true,
                                  .is_to_be_restricted = true,
                                  .mount = mount_command};
