/* kind_local.c: scratch of the job's own, on the node's disk or in its memory. */
#include "storage/trusted_directory.h"
#include "storage/system.h"
#include "storage/volume/kind.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int mount_memory(const struct job_volume *volume, const struct facts *facts,
                        int target, struct error *error)
{
    char options[96], link[TRUSTED_DIRECTORY_LINK_SIZE];

    snprintf(options, sizeof(options), "mode=0700,size=%s,uid=%u,gid=%u",
             volume->plan->size, (unsigned)facts->uid, (unsigned)facts->gid);
    if (system_calls.mount("atelier", trusted_directory_link(target, link), "tmpfs",
                           MS_NOSUID | MS_NODEV, options) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "volume `%s`: cannot mount a tmpfs of %s: %s",
                     volume->plan->name, volume->plan->size, strerror(errno));
}

static int mount_disk(struct job_volume *volume, const struct facts *facts, int target,
                      struct error *error)
{
    char from[TRUSTED_DIRECTORY_LINK_SIZE], to[TRUSTED_DIRECTORY_LINK_SIZE];

    if (scratch_make(&volume->scratch, volume->plan->path, facts, volume->plan->name,
                     error) < 0)
        return -1;
    if (system_calls.mount(trusted_directory_link(volume->scratch.directory, from),
                           trusted_directory_link(target, to), NULL, MS_BIND, NULL) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "volume `%s`: cannot bind its scratch: %s",
                     volume->plan->name, strerror(errno));
}

static int mount_local(struct job_volume *volume, const struct mount_site *site,
                       const char *target, const struct deadline *deadline,
                       struct error *error)
{
    int fd = trusted_directory_open_in(site->root, volume->plan->name, error);
    int status;

    (void)target;
    (void)deadline;
    if (fd < 0)
        return -1;
    status = *volume->plan->size ? mount_memory(volume, site->facts, fd, error)
                                 : mount_disk(volume, site->facts, fd, error);
    close(fd);
    return status;
}

static void end_local(struct job_volume *volume, const struct deadline *deadline,
                      struct record *report)
{
    (void)report;
    scratch_remove(&volume->scratch, deadline);
}

const struct kind kind_local = {.name = "local",
                                .is_shared = true,
                                .is_to_be_restricted = true,
                                .mount = mount_local,
                                .end = end_local};
