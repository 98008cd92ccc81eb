/* keeper_loop.c: serves the steps of a job until the job ends. */
#include "lib/message.h"
#include "lib/protocol/client_protocol.h"
#include "lib/protocol/keeper_message.h"
#include "lib/record.h"
#include "storage/keeper/job_watch.h"
#include "storage/keeper/keeper.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS_MAX 64 /* more wait in the backlog until one of these goes */
#define PEER_SILENT_MS 2000
#define UNLOCK_MS 500 /* to give up the locks of a client that died */

struct keeper_peer {
    int fd;
    struct deadline deadline; /* by when its request must have come */
};

struct loop {
    struct keeper *keeper;
    struct keeper_peer peers[PEERS_MAX];
    size_t peer_count;
    struct job_watch watch;
    struct deadline look; /* when what serves the volumes is looked at next */
    int termination;      /* signalfd of SIGTERM */
    int stopping;         /* the peer that asked to stop; -1 */
    bool ended;
};

/* The descriptors of one poll, in their order: termination, listener, volumes, peers, and
 * the signs of the job's end. */
struct poll_set {
    struct pollfd fds[2 + PLAN_VOLUMES_MAX + PEERS_MAX + JOB_WATCH_POLL_MAX];
    size_t volume_count, peer_count, watch_count;
};

static bool is_root(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;
}

static void accept_peer(struct loop *loop)
{
    int fd = accept4(loop->keeper->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return;
    if (!is_root(fd)) {
        close(fd);
        return;
    }
    loop->peers[loop->peer_count].fd = fd;
    loop->peers[loop->peer_count].deadline = deadline_after(PEER_SILENT_MS);
    loop->peer_count++;
}

static void answer_status(const struct keeper *keeper, int fd)
{
    struct record *answer = record_create();
    struct deadline now = deadline_after(0);

    if (!answer)
        return;
    for (size_t i = 0; i < record_count(keeper->answer); i++)
        record_set(answer, record_key(keeper->answer, i),
                   record_value(keeper->answer, i));
    keeper_outage_status(keeper, answer);
    message_send(fd, answer, -1, &now, NULL);
    record_destroy(answer);
}

static void answer_ended(const struct keeper *keeper, int fd)
{
    struct record *answer = keeper_message_answer("well");
    struct deadline now = deadline_after(0);

    if (answer)
        keeper_answer_add_unsafe(keeper, answer);
    message_hand(fd, answer, -1, &now, NULL);
}

/* Answers a request. Returns whether the peer is kept, since it waits for the keeper's
 * end. */
static bool answer(struct loop *loop, int fd, const struct record *request,
                   struct slurm_namespace *made)
{
    struct keeper *keeper = loop->keeper;
    struct deadline now = deadline_after(0);

    switch (keeper_message_request(request)) {
    case KEEPER_JOIN:
        job_watch_join(&loop->watch, fd);
        message_send(fd, keeper->answer, keeper->namespace_fd, &now, NULL);
        return false;
    case KEEPER_STATUS:
        answer_status(keeper, fd);
        return false;
    case KEEPER_ENDED:
        answer_ended(keeper, fd);
        return false;
    case KEEPER_NAMESPACE:
        keeper_graft_answer(keeper, fd, request, made);
        return false;
    case KEEPER_STOP:
        if (loop->ended)
            return false;
        loop->stopping = fd;
        keeper->is_last_run = keeper_message_is_restart(request, keeper->facts.restart);
        loop->ended = true;
        return true;
    default:
        message_hand(fd, keeper_message_answer("unknown"), -1, &now, NULL);
        return false;
    }
}

static void serve_peer(struct loop *loop, int fd)
{
    struct deadline now = deadline_after(0);
    struct slurm_namespace made = {.fd = -1};
    struct record *request;
    bool kept = false;

    if (message_receive(fd, &request, &made.fd, &now, NULL) == 0) {
        kept = answer(loop, fd, request, &made);
        record_destroy(request);
    }
    slurm_namespace_close(&made);
    if (!kept)
        close(fd);
}

/* Serves or drops the peers that are due, and moves the others up. */
static void serve_peers(struct loop *loop, const struct pollfd *polled, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < loop->peer_count; i++) {
        struct keeper_peer *peer = &loop->peers[i];

        if (i < count && polled[i].revents)
            serve_peer(loop, peer->fd);
        else if (deadline_passed(&peer->deadline))
            close(peer->fd);
        else
            loop->peers[kept++] = *peer;
    }
    loop->peer_count = kept;
}

static void lose_volume(struct keeper *keeper, size_t index)
{
    char how[ENDING_TEXT_SIZE];
    const struct plan_volume *volume =
        storage_give_up(&keeper->storage, index, how, sizeof(how));
    bool has_server = *volume->server.name;
    struct fault fault = {0};

    error_set(&fault.error, ERROR_STORAGE,
              "workspace `%s` on node %s: volume `%s` of %s%s%s (%s) was lost while the "
              "job ran: %s; submit the job again",
              keeper->plan->workspace, keeper->facts.node, volume->name,
              has_server ? "file server `" : "",
              has_server ? volume->server.name : "kind ", has_server ? "`" : volume->kind,
              has_server ? volume->server.host : volume->source, how);
    /* A client of ours never names its server in this; another program may. */
    snprintf(
        fault.notice, sizeof(fault.notice),
        "workspace `%s` on node %s: volume `%s`: its client ended in mid-job%s%.200s; "
        "check the files that were written last, and submit the job again",
        keeper->plan->workspace, keeper->facts.node, volume->name, has_server ? ": " : "",
        has_server ? how : "");
    keeper_message_add_fault(keeper->answer, "failed", &fault);
    lock_notes_clear(keeper->settings, keeper->facts.node, 0, UNLOCK_MS);
    keeper_log(keeper, "lost", clock_milliseconds() - keeper->started, NULL);
}

/* Lets the kernel forget names. When requests failed meanwhile, the log gets one line. */
static void relieve(struct keeper *keeper, struct server_client *client)
{
    struct relief *relief = &client->relief;
    struct record *line;

    storage_relieve(&keeper->storage, client);
    if (relief->refused == 0 || relief->is_logged)
        return;
    relief->is_logged = true;
    line = record_create();
    if (line && record_set(line, "volume", client->volumes[relief->volume]->name) == 0 &&
        record_setf(line, "inodes", "%lu", relief->inodes) == 0 &&
        record_setf(line, "refused", "%lu", relief->refused) == 0)
        keeper_log(keeper, "crowded", clock_milliseconds() - keeper->started, line);
    record_destroy(line);
}

static void hear_volume(struct keeper *keeper, size_t index)
{
    enum hearing hearing = storage_hear(&keeper->storage, index);

    if (hearing == HEARING_LOSS)
        lose_volume(keeper, index);
    else if (hearing == HEARING_CROWD)
        relieve(keeper, keeper->storage.volumes[index].client);
    else
        keeper_outage_hear(keeper, keeper->storage.volumes[index].client, hearing);
}

static void watch_volumes(struct loop *loop, const struct pollfd *polled, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (polled[i].revents)
            hear_volume(loop->keeper, i);
}

/* Gives up volumes whose client is stopped or silent: whoever waits for it, such as
 * root's slurmstepd, would wait for ever. */
static void look_at_volumes(struct loop *loop)
{
    struct keeper *keeper = loop->keeper;

    if (!keeper->has_storage || !deadline_passed(&loop->look))
        return;
    for (size_t i = 0; i < keeper->storage.volume_count; i++)
        if (!storage_is_served(&keeper->storage, i))
            lose_volume(keeper, i);
    loop->look = deadline_after(CLIENT_PING_MS);
}

/* Ends the keeper when Slurm says that the job is over: no epilog has come, and none
 * will. */
static void end_without_epilog(struct loop *loop, enum job_state state)
{
    struct record *more = record_create();

    if (more && record_set(more, "reason",
                           state == JOB_STATE_GONE   ? "Slurm knows no such job"
                           : state == JOB_STATE_LEFT ? "the job runs elsewhere, or will"
                                                     : "the job is over") == 0)
        keeper_log(loop->keeper, "no-epilog",
                   clock_milliseconds() - loop->keeper->started, more);
    record_destroy(more);
    loop->keeper->is_last_run = state == JOB_STATE_OVER;
    loop->ended = true;
}

static void watch_job(struct loop *loop, const struct pollfd *polled, size_t count)
{
    enum job_state state = job_watch_turn(&loop->watch, polled, count);

    if (state != JOB_STATE_GOES_ON && !loop->ended)
        end_without_epilog(loop, state);
}

static void fill_poll_set(struct poll_set *set, const struct loop *loop)
{
    const struct keeper *keeper = loop->keeper;
    bool is_full = loop->peer_count == PEERS_MAX;
    struct pollfd *peers;

    set->fds[0] = (struct pollfd){.fd = loop->termination, .events = POLLIN};
    set->fds[1] =
        (struct pollfd){.fd = is_full ? -1 : keeper->listener, .events = POLLIN};
    set->volume_count =
        keeper->has_storage ? storage_poll(&keeper->storage, set->fds + 2) : 0;
    peers = set->fds + 2 + set->volume_count;
    for (size_t i = 0; i < loop->peer_count; i++)
        peers[i] = (struct pollfd){.fd = loop->peers[i].fd, .events = POLLIN};
    set->peer_count = loop->peer_count;
    set->watch_count = job_watch_poll(&loop->watch, peers + loop->peer_count);
}

/* Returns how long to wait: until the first peer has been silent for too long, Slurm is
 * to be asked, an outage is to be told, or what serves the volumes is to be looked at.
 * Peers are in the order of their deadlines. */
static int poll_timeout(const struct loop *loop)
{
    int peer = loop->peer_count > 0 ? deadline_left(&loop->peers[0].deadline) : -1;

    int look = loop->keeper->has_storage ? deadline_left(&loop->look) : -1;

    return deadline_sooner(
        deadline_sooner(deadline_sooner(job_watch_timeout(&loop->watch), peer), look),
        keeper_outage_wait(loop->keeper));
}

static void turn(struct loop *loop)
{
    struct poll_set set;
    const struct pollfd *peers;
    size_t fds;

    fill_poll_set(&set, loop);
    peers = set.fds + 2 + set.volume_count;
    fds = 2 + set.volume_count + set.peer_count + set.watch_count;
    if (poll(set.fds, fds, poll_timeout(loop)) < 0)
        return;
    if (set.fds[0].revents)
        loop->ended = true;
    watch_volumes(loop, set.fds + 2, set.volume_count);
    look_at_volumes(loop);
    watch_job(loop, peers + set.peer_count, set.watch_count);
    serve_peers(loop, peers, set.peer_count);
    keeper_outage_turn(loop->keeper);
    if (set.fds[1].revents)
        accept_peer(loop);
}

int keeper_loop(struct keeper *keeper)
{
    struct loop loop = {.keeper = keeper, .stopping = -1};
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    loop.termination = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    loop.look = deadline_after(CLIENT_PING_MS);
    job_watch_begin(&loop.watch, keeper->settings, keeper->facts.job,
                    keeper->facts.restart, JOB_WATCH_FIRST_MS);
    while (!loop.ended)
        turn(&loop);
    job_watch_end(&loop.watch);
    for (size_t i = 0; i < loop.peer_count; i++)
        close(loop.peers[i].fd);
    close(loop.termination);
    return loop.stopping;
}
