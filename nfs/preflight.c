/* preflight.c: checks all that must be well before a volume is mounted. */
#include "nfs/preflight.h"

#include "lib/protocol/client_protocol.h"
#include "nfs/call/status.h"
#include "nfs/export_list.h"
#include "nfs/name/names.h"
#include "nfs/probe.h"

#include <errno.h>
#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs4.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define AUTH_SYS_FLAVOR 1
#define NFS_PORT 2049 /* for version 4, unless the policy has another */
#define NO_ANSWER                                                        \
    "closed the connection or sent what is no answer of an NFS server; " \
    "check its log and that the port is right"

/* What one remote call came to. */
struct reply {
    bool arrived, refused; /* refused: by RPC or TCP, `why` has libnfs's words */
    int status;            /* mountstat3 or nfsstat3 */
    char why[256];
    bool unauthorized; /* the export wants other credentials */
    char handle[NFS3_FHSIZE];
    u_int handle_length;
    struct FSINFO3resok limits;
    struct fattr3 attributes;
};

/* What is asked of one volume; the questions of all volumes are under way together. */
struct questions {
    struct reply export, limits, attributes;
};

static bool arrive(struct reply *answer, int status, const void *result)
{
    answer->arrived = true;
    answer->refused = status != RPC_STATUS_SUCCESS;
    if (status == RPC_STATUS_ERROR && result)
        snprintf(answer->why, sizeof(answer->why), "%s", (const char *)result);
    return !answer->refused && result;
}

static void on_connect(struct rpc_context *rpc, int status, void *result, void *data)
{
    (void)rpc;
    arrive(data, status, result);
}

static void on_mount(struct rpc_context *rpc, int status, void *result, void *data)
{
    const struct mountres3 *mounted = result;
    const struct mountres3_ok *info;
    struct reply *answer = data;

    (void)rpc;
    if (!arrive(answer, status, result))
        return;
    answer->status = (int)mounted->fhs_status;
    if (mounted->fhs_status != MNT3_OK)
        return;
    info = &mounted->mountres3_u.mountinfo;
    answer->refused = info->fhandle.fhandle3_len == 0 ||
                      info->fhandle.fhandle3_len > sizeof(answer->handle);
    if (answer->refused)
        return;
    answer->handle_length = info->fhandle.fhandle3_len;
    memcpy(answer->handle, info->fhandle.fhandle3_val, answer->handle_length);
    answer->unauthorized = info->auth_flavors.auth_flavors_len > 0;
    for (u_int i = 0; i < info->auth_flavors.auth_flavors_len; i++)
        if (info->auth_flavors.auth_flavors_val[i] == AUTH_SYS_FLAVOR)
            answer->unauthorized = false;
}

static void on_limits(struct rpc_context *rpc, int status, void *result, void *data)
{
    const struct FSINFO3res *answered = result;
    struct reply *answer = data;

    (void)rpc;
    if (!arrive(answer, status, result))
        return;
    answer->status = (int)answered->status;
    answer->limits = answered->FSINFO3res_u.resok;
}

static void on_attributes(struct rpc_context *rpc, int status, void *result, void *data)
{
    const struct GETATTR3res *answered = result;
    struct reply *answer = data;

    (void)rpc;
    if (!arrive(answer, status, result))
        return;
    answer->status = (int)answered->status;
    answer->attributes = answered->GETATTR3res_u.resok.obj_attributes;
}

int preflight_say(const struct preflight *preflight, struct error *error,
                  const char *what)
{
    const struct file_server *server = &preflight->server->entry;

    if (preflight->culprit)
        return error_set(error, ERROR_STORAGE, "volume `%s` of file server `%s` (%s) %s",
                         preflight->culprit, server->name, server->host, what);
    return error_set(error, ERROR_STORAGE, "file server `%s` (%s) %s", server->name,
                     server->host, what);
}

static int say_late(const struct preflight *preflight, struct error *error)
{
    char what[160];

    snprintf(what, sizeof(what),
             "did not answer within %.1f s; check that the server is up and that this "
             "node reaches it",
             preflight->milliseconds / 1000.0);
    return preflight_say(preflight, error, what);
}

/* Notes the errno. libnfs says only that the connection failed; the socket knows why. */
static void note_cause(struct preflight *preflight, const struct pollfd *polled)
{
    socklen_t size = sizeof(preflight->cause);

    preflight->cause = 0;
    if (polled->revents & (POLLERR | POLLHUP))
        getsockopt(polled->fd, SOL_SOCKET, SO_ERROR, &preflight->cause, &size);
}

int preflight_await(struct preflight *preflight, struct rpc_context *rpc,
                    const bool *arrived, struct error *error)
{
    while (!*arrived) {
        struct pollfd sockets[] = {
            {.fd = rpc_get_fd(rpc), .events = (short)rpc_which_events(rpc)},
            {.fd = preflight->keeper}};

        if (deadline_passed(&preflight->deadline))
            return say_late(preflight, error);
        if (poll(sockets, 2, deadline_left(&preflight->deadline)) < 0 && errno != EINTR)
            return error_set(error, ERROR_NODE, "poll: %s", strerror(errno));
        if (sockets[1].revents & (POLLHUP | POLLERR))
            return error_set(error, ERROR_NODE, "the keeper is gone");
        note_cause(preflight, &sockets[0]);
        if (sockets[0].revents && rpc_service(rpc, sockets[0].revents) < 0) {
            preflight->broken = true;
            if (!*arrived)
                return preflight_say(preflight, error, NO_ANSWER);
        }
    }
    return 0;
}

static int say_unreachable(const struct preflight *preflight, const char *service,
                           int port, const char *why, struct error *error)
{
    char what[400];
    char where[32] = "the portmapper";

    if (port)
        snprintf(where, sizeof(where), "port %d", port);
    if (preflight->cause == ECONNREFUSED)
        snprintf(what, sizeof(what),
                 "refused the connection to %s (%s service); check that the server runs "
                 "and that the port is right",
                 where, service);
    else
        snprintf(what, sizeof(what),
                 "cannot be reached at %s (%s service): %s; check that the server is up "
                 "and that this node may use it",
                 where, service, preflight->cause ? strerror(preflight->cause) : why);
    return preflight_say(preflight, error, what);
}

static int say_untrusted(const struct server *server, struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "file server `%s` (%s) was not asked, since all reserved ports of "
                     "this node are in use; `ss -tan` tells by what",
                     server->entry.name, server->entry.host);
}

static struct rpc_context *reach(struct preflight *preflight, const char *service,
                                 int program, int version, int port, struct error *error)
{
    const char *address = preflight->server->address;
    struct rpc_context *rpc = server_context(preflight->server);
    struct reply answer = {0};
    int started;

    if (!rpc) {
        error_set(error, ERROR_NODE, "out of memory");
        return NULL;
    }
    if (port)
        started = rpc_connect_port_async(rpc, address, port, program, version, on_connect,
                                         &answer);
    else
        started = rpc_connect_program_async(rpc, address, program, version, on_connect,
                                            &answer);
    if (started < 0)
        say_unreachable(preflight, service, port, rpc_get_error(rpc), error);
    else if (preflight_await(preflight, rpc, &answer.arrived, error) == 0 &&
             answer.refused)
        say_unreachable(preflight, service, port, answer.why, error);
    else if (error->party == ERROR_NONE && !server_is_trusting(preflight->server, rpc))
        say_untrusted(preflight->server, error);
    if (error->party == ERROR_NONE)
        return rpc;
    rpc_destroy_context(rpc);
    return NULL;
}

/* Returns whether the refusal may be for the port: servers trust only reserved ports,
 * unless an export is `insecure`, so that it says nothing of jobs. */
static bool is_of_port(const struct preflight *preflight, const struct reply *answer)
{
    return preflight->server->unprivileged && !preflight->broken &&
           (answer->refused || answer->status == NFS3ERR_ACCES ||
            answer->status == NFS3ERR_PERM);
}

static int say_refused(const struct preflight *preflight, const struct reply *answer,
                       const char *export_path, struct error *error)
{
    char what[1400];

    if (answer->refused && preflight->broken)
        snprintf(what, sizeof(what), NO_ANSWER);
    else if (answer->refused)
        snprintf(what, sizeof(what), "could not be asked for export %s: %s", export_path,
                 answer->why[0] ? answer->why : "the answer makes no sense");
    else if (answer->unauthorized)
        snprintf(
            what, sizeof(what),
            "wants other credentials than AUTH_SYS for export %s; allow sec=sys there",
            export_path);
    else
        snprintf(what, sizeof(what),
                 "has no export %s, or does not allow it to this node (%s)", export_path,
                 strerror(status_errno(answer->status)));
    return preflight_say(preflight, error, what);
}

static int take_export(struct preflight *preflight, struct rpc_context *rpc,
                       struct volume *volume, struct reply *answer, struct error *error)
{
    struct nfs_fh3 handle;

    preflight->culprit = volume->name;
    if (preflight_await(preflight, rpc, &answer->arrived, error) < 0)
        return -1;
    if (is_of_port(preflight, answer))
        return export_list_check(preflight, rpc, volume->export_path, error);
    if (answer->refused || answer->status != 0 || answer->unauthorized)
        return say_refused(preflight, answer, volume->export_path, error);
    handle.data.data_len = answer->handle_length;
    handle.data.data_val = answer->handle;
    volume->root = inode_get(&volume->inodes, &handle);
    preflight->culprit = NULL;
    return volume->root ? 0 : error_set(error, ERROR_NODE, "out of memory");
}

static int ask_exports(struct preflight *preflight, struct rpc_context *rpc,
                       struct questions *questions, struct error *error)
{
    for (size_t i = 0; i < preflight->volume_count; i++)
        if (rpc_mount3_mnt_async(rpc, on_mount, preflight->volumes[i].export_path,
                                 &questions[i].export) < 0)
            return error_set(error, ERROR_NODE, "out of memory");
    for (size_t i = 0; i < preflight->volume_count; i++)
        if (take_export(preflight, rpc, &preflight->volumes[i], &questions[i].export,
                        error) < 0)
            return -1;
    return 0;
}

static int check_status(struct preflight *preflight, const struct reply *answer,
                        struct error *error)
{
    char what[480];

    if (!answer->refused && answer->status == 0)
        return 0;
    if (is_of_port(preflight, answer)) {
        preflight->is_partial = true;
        return 0;
    }
    if (answer->refused && preflight->broken)
        return preflight_say(preflight, error, NO_ANSWER);
    snprintf(what, sizeof(what), "does not let its root be read: %s",
             answer->refused ? answer->why : strerror(status_errno(answer->status)));
    return preflight_say(preflight, error, what);
}

static uint32_t transfer_size(u_int limit)
{
    if (limit == 0 || limit > CLIENT_TRANSFER_MAX)
        return CLIENT_TRANSFER_MAX;
    return limit < 4096 ? 4096 : limit;
}

static int take_root(struct preflight *preflight, struct rpc_context *rpc,
                     struct volume *volume, const struct questions *asked,
                     struct error *error)
{
    preflight->culprit = volume->name;
    if (preflight_await(preflight, rpc, &asked->limits.arrived, error) < 0 ||
        check_status(preflight, &asked->limits, error) < 0 ||
        preflight_await(preflight, rpc, &asked->attributes.arrived, error) < 0 ||
        check_status(preflight, &asked->attributes, error) < 0)
        return -1;
    preflight->culprit = NULL;
    if (preflight->is_partial)
        return 0;
    preflight->culprit = volume->name;
    volume->read_max = transfer_size(asked->limits.limits.rtmax);
    volume->write_max = transfer_size(asked->limits.limits.wtmax);
    if (asked->attributes.attributes.type != NF3DIR)
        return preflight_say(preflight, error,
                             "is no directory on the server; check its export");
    preflight->culprit = NULL;
    names_seen(volume, volume->root, &asked->attributes.attributes);
    return 0;
}

/* Asks whether the service of version 4 answers, which has no MOUNT protocol and no
 * portmapper. The kernel's client, which mounts it, asks for the export. */
static struct rpc_context *reach_v4(struct preflight *preflight, struct error *error)
{
    long port = preflight->server->entry.port;

    return reach(preflight, "NFS", NFS4_PROGRAM, NFS_V4, port ? port : NFS_PORT, error);
}

static int ask_roots(struct preflight *preflight, struct rpc_context *rpc,
                     struct questions *questions, struct error *error)
{
    for (size_t i = 0; i < preflight->volume_count; i++) {
        const struct inode *root = preflight->volumes[i].root;
        struct FSINFO3args limits = {.fsroot = inode_handle(root)};
        struct GETATTR3args attributes = {.object = inode_handle(root)};

        if (rpc_nfs3_fsinfo_async(rpc, on_limits, &limits, &questions[i].limits) < 0 ||
            rpc_nfs3_getattr_async(rpc, on_attributes, &attributes,
                                   &questions[i].attributes) < 0)
            return error_set(error, ERROR_NODE, "out of memory");
    }
    for (size_t i = 0; i < preflight->volume_count; i++)
        if (take_root(preflight, rpc, &preflight->volumes[i], &questions[i], error) < 0)
            return -1;
    return 0;
}

/* A destroyed context cancels questions under way, which still write to `questions`. */
static struct rpc_context *ask_all(struct preflight *preflight,
                                   struct questions *questions, struct error *error)
{
    const struct file_server *server = &preflight->server->entry;
    struct rpc_context *rpc =
        reach(preflight, "MOUNT", MOUNT_PROGRAM, MOUNT_V3, server->mount_port, error);
    int result = rpc ? ask_exports(preflight, rpc, questions, error) : -1;

    if (rpc)
        rpc_destroy_context(rpc);
    if (result < 0)
        return NULL;
    rpc = reach(preflight, "NFS", NFS_PROGRAM, NFS_V3, server->port, error);
    if (rpc && !preflight->is_partial &&
        (ask_roots(preflight, rpc, questions, error) < 0 ||
         (!preflight->is_partial && probe_volumes(preflight, rpc, error) < 0))) {
        rpc_destroy_context(rpc);
        rpc = NULL;
    }
    return rpc;
}

struct rpc_context *preflight_run(struct preflight *preflight, struct error *error)
{
    struct questions *questions = calloc(preflight->volume_count + 1, sizeof(*questions));
    struct rpc_context *rpc = NULL;

    if (!questions)
        error_set(error, ERROR_NODE, "out of memory");
    else if (server_resolve(preflight->server, &preflight->deadline, error) == 0)
        rpc = preflight->server->entry.version == 4
                  ? reach_v4(preflight, error)
                  : ask_all(preflight, questions, error);
    free(questions);
    return rpc;
}
