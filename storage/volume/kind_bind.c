/* kind_bind.c: a directory that the site mounted itself. */
#include "lib/errand.h"
#include "storage/trusted_directory.h"
#include "storage/system.h"
#include "storage/volume/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

struct binding {
    const struct plan_volume *volume;
    const char *root;
};

/* Opens the directory to bind. The path may lead through directories that belong to
 * users: if a link were followed there, one of them could choose what is bound. */
static int open_source(const struct plan_volume *volume, struct error *error)
{
    const struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                                 .resolve = RESOLVE_NO_SYMLINKS};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, volume->path, &how, sizeof(how));

    if (fd >= 0)
        return fd;
    return error_set(
        error, ERROR_NODE, "volume `%s`: %s: %s; check that the site has mounted it",
        volume->name, volume->path,
        errno == ELOOP ? "a part of it is a symbolic link" : strerror(errno));
}

static int bind_source(const void *data, struct error *error)
{
    const struct binding *binding = data;
    char from[TRUSTED_DIRECTORY_LINK_SIZE], to[TRUSTED_DIRECTORY_LINK_SIZE];
    int source = open_source(binding->volume, error);
    int target = source < 0 ? -1
                            : trusted_directory_open_in(binding->root,
                                                        binding->volume->name, error);

    if (target < 0)
        return -1; /* this is a child, which ends now */
    if (system_calls.mount(trusted_directory_link(source, from),
                           trusted_directory_link(target, to), NULL, MS_BIND, NULL) < 0)
        return error_set(error, ERROR_NODE, "volume `%s`: cannot bind %s: %s",
                         binding->volume->name, binding->volume->path, strerror(errno));
    return 0;
}

static int mount_bind(struct job_volume *volume, const struct mount_site *site,
                      const char *target, const struct deadline *deadline,
                      struct error *error)
{
    const struct binding binding = {volume->plan, site->root};
    char what[NAME_LENGTH_MAX + PLAN_PATH_SIZE + 32];

    (void)target;
    snprintf(what, sizeof(what), "volume `%s`: binding %s", volume->plan->name,
             volume->plan->path);
    return errand_run(bind_source, &binding, what, deadline, error);
}

const struct kind kind_bind = {
    .name = "bind", .is_shared = true, .is_to_be_restricted = true, .mount = mount_bind};
