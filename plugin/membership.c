/* membership.c: asks the keeper of a job, and enters its mount namespace. */
#include "plugin/membership.h"

#include "lib/protocol/keeper_message.h"
#include "plugin/keeper_client.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns the number of the mount that the process has for its root. No other mount of
 * any namespace has this number while that one is there. A kernel before 5.8 gives none:
 * 0. */
static unsigned long long mount_of_root(void)
{
    struct statx status;

    return statx(AT_FDCWD, "/", AT_STATX_DONT_SYNC, STATX_MNT_ID, &status) == 0 &&
                   status.stx_mask & STATX_MNT_ID
               ? status.stx_mnt_id
               : 0;
}

static int refuse_entry(struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "cannot enter the job's mount namespace: %s; "
                     "tell your administrator",
                     strerror(errno));
}

/* setns(2) refuses while other threads of slurmstepd share the root and working
 * directory with this one. */
static int leave_for(int namespace_fd, struct error *error)
{
    return unshare(CLONE_FS) < 0 || setns(namespace_fd, CLONE_NEWNS) < 0
               ? refuse_entry(error)
               : 0;
}

/* Slurm may have started the step in the namespace, which is its own then, and which
 * nobody may enter who has a user namespace beside it. */
static bool is_in(const struct stat *identity)
{
    struct stat own;

    return stat("/proc/self/ns/mnt", &own) == 0 && own.st_dev == identity->st_dev &&
           own.st_ino == identity->st_ino;
}

/* Where the volumes are is a tmpfs of this namespace, which no other has but its copies.
 */
static dev_t volumes_here(const struct record *facts)
{
    const char *directory = record_get(facts, "mount_root");
    struct stat status;

    return directory && stat(directory, &status) == 0 ? status.st_dev : 0;
}

static int enter(struct membership *membership, int namespace_fd, struct error *error)
{
    unsigned long long outside = mount_of_root();
    struct stat identity;

    if (namespace_fd < 0)
        return error_set(error, ERROR_NODE,
                         "the keeper passed no mount namespace; tell your administrator");
    if (fstat(namespace_fd, &identity) < 0)
        return refuse_entry(error);
    if (is_in(&identity))
        outside = 0;
    else if (leave_for(namespace_fd, error) < 0)
        return -1;
    membership->device = identity.st_dev;
    membership->inode = identity.st_ino;
    membership->root = mount_of_root();
    if (membership->root == outside)
        membership->root = 0;
    if (membership->root)
        membership->volumes = volumes_here(membership->facts);
    return 0;
}

static void keep_keepers_failure(struct membership *membership)
{
    struct fault fault = {.requeue = false};

    if (keeper_message_is(membership->facts, "ready"))
        return;
    if (!keeper_message_fault(membership->facts, &fault))
        error_set(&fault.error, ERROR_NODE,
                  "the keeper failed and did not say why; tell your administrator");
    error_pass(&membership->failure, &fault.error);
}

/* A job without a workspace has nothing to join, and its other options mean nothing. */
static void refuse_lone_options(struct membership *membership,
                                const struct options *asked)
{
    enum option option = OPTION_EXPERIMENT;

    while (option < OPTION_COUNT - 1 && !asked->value[option][0])
        option++;
    error_set(&membership->failure, ERROR_USER,
              "%s needs a job that was submitted with --workspace",
              option_words[option].option);
    membership->is_alike = true;
}

void membership_join(struct membership *membership, const struct settings *settings,
                     const struct job *job, const struct options *asked)
{
    int namespace_fd;

    if (!options_name_workspace(asked) && !keeper_client_was_started(settings, job)) {
        if (options_given(asked))
            refuse_lone_options(membership, asked);
        return;
    }
    if (keeper_client_join(settings, job, &membership->facts, &namespace_fd,
                           &membership->failure) < 0)
        return;
    keep_keepers_failure(membership);
    enter(membership, namespace_fd, &membership->failure);
    if (namespace_fd >= 0)
        close(namespace_fd);
}

bool membership_exists(const struct membership *membership)
{
    return membership->facts || membership->failure.party != ERROR_NONE;
}

int membership_verify(const struct membership *membership, struct error *error)
{
    struct stat identity;

    /* The kernel makes the files of /proc anew for each process. */
    if (membership->root && mount_of_root() == membership->root)
        return 0;
    if (stat("/proc/self/ns/mnt", &identity) < 0)
        return error_set(error, ERROR_NODE,
                         "cannot tell the task's mount namespace: /proc/self/ns/mnt: %s",
                         strerror(errno));
    if (identity.st_dev == membership->device && identity.st_ino == membership->inode)
        return 0;
    if (membership->volumes && volumes_here(membership->facts) == membership->volumes)
        return 0;
    return error_set(error, ERROR_SITE,
                     "another plugin took the task out of its job's mount namespace: "
                     "most likely one of plugstack.conf, or of a kind of "
                     "JobContainerType or NamespaceType in slurm.conf that Atelier "
                     "does not know; tell your administrator");
}

void membership_release(struct membership *membership)
{
    record_destroy(membership->facts);
    memset(membership, 0, sizeof(*membership));
}
