/* privileges.c: becomes a user that nobody is, with one capability left. */
#include "nfs/privileges.h"

#include "lib/protocol/client_protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The bound of the data segment. What is held for the job has bounds of its own
 * (writes.h, prune.h, the calls under way); this one is for what a bad server may make
 * libnfs ask for. PRUNE_MOST inodes with the longest handles take up to 190 MiB of it. */
#define MEMORY_BYTES ((rlim_t)256 << 20)
#define DESCRIPTORS 256
/* The list of locks is the only file. */
#define FILE_BYTES (CLIENT_LOCKS_MOST * sizeof(struct client_lock))

static int limit(int resource, rlim_t value)
{
    struct rlimit both = {.rlim_cur = value, .rlim_max = value};

    return setrlimit(resource, &both);
}

/* The address sanitizer's shadow memory is larger than any bound. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

static int set_limits(void)
{
#ifndef __SANITIZE_ADDRESS__
    if (limit(RLIMIT_DATA, MEMORY_BYTES) < 0)
        return -1;
#endif
    if (limit(RLIMIT_CORE, 0) < 0)
        return -1;
    if (limit(RLIMIT_FSIZE, FILE_BYTES) < 0)
        return -1;
    return limit(RLIMIT_NOFILE, DESCRIPTORS);
}

static void reset_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGXFSZ};
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        sigaction(ignored[i], &action, NULL);
}

static int replace_streams(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return -1;
    for (int stream = 0; stream <= 2; stream++)
        if (fd != stream && dup2(fd, stream) < 0)
            return -1;
    if (fd > 2)
        close(fd);
    return 0;
}

static int close_from(unsigned first)
{
    return (int)syscall(SYS_close_range, first, ~0u, 0);
}

int privileges_detach(int socket, struct error *error)
{
    reset_signals();
    umask(0);
    if (chdir("/") < 0 || replace_streams() < 0 || close_from((unsigned)socket + 1) < 0)
        return error_set(error, ERROR_NODE, "cannot detach the NFS client: %s",
                         strerror(errno));
    return 0;
}

/* Empties the bounding set, without which a setuid program could give a capability back.
 * The kernel ends the list of capabilities with EINVAL. */
static int empty_bounding_set(void)
{
    int capability = 0;

    for (; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (capability != CAP_NET_BIND_SERVICE && prctl(PR_CAPBSET_DROP, capability) < 0)
            return -1;
    return capability > 0 && errno == EINVAL ? 0 : -1;
}

static int keep_one_capability(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};

    sets[0].permitted = sets[0].effective = 1u << CAP_NET_BIND_SERVICE;
    return (int)syscall(SYS_capset, &header, sets);
}

static int become_nobody_else(uid_t id)
{
    if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setgroups(0, NULL) < 0 ||
        setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0)
        return -1;
    return prctl(PR_SET_KEEPCAPS, 0);
}

/* Comes after the change of user, which clears the parent-death signal and may set
 * dumpable. */
static int close_doors(pid_t parent)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return -1;
    errno = ESRCH;
    return getppid() == parent ? 0 : -1;
}

/* A user who asks by `atelier volume test` has no rights to give up, but must ask as that
 * user. */
static int stay_user(const struct server *server, pid_t parent, struct error *error)
{
    if (server->uid != geteuid() || server->gid != getegid())
        return error_set(error, ERROR_USER, "only root asks as another user");
    if (set_limits() < 0 || close_doors(parent) < 0)
        return error_set(error, ERROR_NODE, "cannot limit the NFS client: %s",
                         strerror(errno));
    return 0;
}

int privileges_drop(const struct server *server, uid_t id, pid_t parent,
                    struct error *error)
{
    if (server->unprivileged)
        return stay_user(server, parent, error);
    if (id == 0)
        return error_set(error, ERROR_NODE, "the keeper's request has no valid `id`");
    if (set_limits() < 0 || empty_bounding_set() < 0 || become_nobody_else(id) < 0 ||
        keep_one_capability() < 0 || close_doors(parent) < 0)
        return error_set(error, ERROR_NODE,
                         "cannot give up root's rights in the NFS client, to be user %u "
                         "of the setting client_ids: %s",
                         (unsigned)id, strerror(errno));
    return 0;
}
