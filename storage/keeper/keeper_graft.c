/* keeper_graft.c: gives the steps the namespace that Slurm made for the job, with the
 * job's mounts in it, in the place of the keeper's own. */
#include "lib/message.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/keeper/keeper.h"
#include "storage/mount/graft.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 500 /* to be left to say how it went */

static struct graft graft_of(const struct keeper *keeper)
{
    return (struct graft){.root = keeper->settings->mounts,
                          .plan = keeper->has_storage ? keeper->plan : NULL,
                          .directory = keeper->slurms_directory};
}

void keeper_graft_begin(struct keeper *keeper)
{
    if (stat("/proc/self/ns/mnt", &keeper->node) < 0)
        memset(&keeper->node, 0, sizeof(keeper->node));
}

static bool is_given(const struct keeper *keeper, int namespace_fd)
{
    struct stat given, it;

    return keeper->has_graft && fstat(namespace_fd, &it) == 0 &&
           fstat(keeper->namespace_fd, &given) == 0 && given.st_dev == it.st_dev &&
           given.st_ino == it.st_ino;
}

/* Gives steps the descriptor `namespace_fd` from now on, which may be -1. */
static void give(struct keeper *keeper, int namespace_fd)
{
    if (keeper->namespace_fd >= 0)
        close(keeper->namespace_fd);
    keeper->namespace_fd = namespace_fd;
}

/* The steps are left where Slurm has them, since from the keeper's namespace Slurm's own
 * way into its one would fail before any task could say why. */
static int fail(struct keeper *keeper, const struct error *cause, struct fault *fault)
{
    char what[128];

    error_set(&fault->error, cause->party,
              "node %s: the volumes cannot be put into the mount namespace that Slurm "
              "makes for each job (JobContainerType or NamespaceType in slurm.conf): %s; "
              "tell your administrator",
              keeper->facts.node, cause->text);
    snprintf(
        what, sizeof(what),
        "on node %s the volumes, in the mount namespace that Slurm makes for each job",
        keeper->facts.node);
    fault_write_notice(fault, what);
    give(keeper, -1);
    if (!record_get(keeper->answer, "error"))
        keeper_message_add_fault(keeper->answer, "failed", fault);
    keeper_log(keeper, "failed", clock_milliseconds() - keeper->started, NULL);
    return -1;
}

static int put(struct keeper *keeper, struct slurm_namespace *made,
               const struct deadline *deadline, struct error *error)
{
    struct graft graft;

    snprintf(keeper->slurms_directory, sizeof(keeper->slurms_directory), "%s",
             made->directory);
    graft = graft_of(keeper);
    return graft_check(made->fd, &keeper->node, error) < 0 ||
                   graft_put(&graft, made->fd, deadline, error) < 0
               ? -1
               : 0;
}

int keeper_graft(struct keeper *keeper, struct slurm_namespace *made,
                 const struct error *found, const struct deadline *deadline,
                 struct fault *fault)
{
    int left = deadline_left(deadline) - ANSWER_MS;
    struct deadline own = deadline_after(left > 0 ? left : 0);
    struct error cause = {.party = ERROR_NONE};

    if (is_given(keeper, made->fd))
        return 0;
    if (keeper->is_settled)
        return error_set(&fault->error, ERROR_NODE,
                         "job %u has another mount namespace already", keeper->facts.job);
    keeper->is_settled = true;
    if (!keeper->in_namespace) {
        give(keeper, -1); /* the job has failed, and steps cannot be where it is not */
        return 0;
    }
    if (error_pass(&cause, found) < 0 || put(keeper, made, &own, &cause) < 0)
        return fail(keeper, &cause, fault);
    give(keeper, made->fd);
    made->fd = -1;
    keeper->has_graft = true;
    return 0;
}

/* Whether the peer, of root's as all are, runs where slurmd does: so no process of the
 * job, not even one that is root there. */
static bool is_of_node(const struct keeper *keeper, int socket)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    char path[64];
    struct stat its;

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)peer.pid);
    return stat(path, &its) == 0 && its.st_dev == keeper->node.st_dev &&
           its.st_ino == keeper->node.st_ino;
}

void keeper_graft_answer(struct keeper *keeper, int socket, const struct record *request,
                         struct slurm_namespace *made)
{
    struct deadline deadline = deadline_after(KEEPER_GRAFT_MS - ANSWER_MS),
                    now = deadline_after(0);
    const char *failure = keeper_message_failure(request);
    struct error found = {.party = ERROR_NONE};
    struct fault fault = {.requeue = false};
    struct record *answer;

    if (!keeper_message_is_job(request, keeper->facts.job) || !is_of_node(keeper, socket))
        return;
    snprintf(made->directory, sizeof(made->directory), "%s",
             keeper_message_directory(request));
    if (failure)
        error_set(&found, ERROR_NODE, "%s", failure);
    keeper_graft(keeper, made, &found, &deadline, &fault);
    answer = keeper_message_answer("ready");
    if (answer && fault.error.party)
        keeper_message_add_fault(answer, "failed", &fault);
    message_hand(socket, answer, -1, &now, NULL);
}

void keeper_graft_end(struct keeper *keeper)
{
    const struct graft graft = graft_of(keeper);

    if (!keeper->has_graft)
        return;
    graft_take(&graft, keeper->namespace_fd);
    give(keeper, -1);
}
