/* run_step.c: runs one srun step of `atelier run`. */
#include "run/run_step.h"

#include "lib/deadline.h"
#include "lib/program.h"
#include "lib/slurm/slurm_command.h"
#include "run/run_peer.h"
#include "run/run_verdict.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define START_MS 60000               /* from the first process to the last */
#define ASK_MS (RUN_GRACE_MS + 1000) /* within this time a process obeys "end" */
#define CANCEL_MS 1500     /* otherwise scancel ends it, which takes this time */
#define LEAVE_MS 10000     /* for srun to end, after all processes have */
#define LAST_WORDS_MS 1000 /* for the processes' last lines, after srun has ended */

enum phase { PHASE_START, PHASE_RUN, PHASE_LINGER, PHASE_ASK, PHASE_LEAVE };

struct run_step {
    const struct run_step_request *request;
    struct run_verdict verdict;
    struct run_peers peers;
    struct pollfd *polled;
    enum phase phase;
    /* Of the phase; in PHASE_START it begins with the first process. */
    struct deadline deadline;
    unsigned known, ready, ended, servers, servers_ended;
    char id[RUN_WORD_SIZE]; /* the step's number */
    struct program srun;
    pid_t group; /* which srun leads; 0: it was not started */
    bool srun_ended, is_over;
    int signals;
};

static void enter(struct run_step *step, enum phase phase, int milliseconds)
{
    step->phase = phase;
    step->deadline = deadline_after(milliseconds);
}

static void end_all(struct run_step *step)
{
    if (step->phase >= PHASE_ASK)
        return;
    run_peers_tell(&step->peers, RUN_END);
    enter(step, PHASE_ASK, ASK_MS);
}

static bool is_server(const struct run_peer *peer)
{
    return strcmp(peer->rank.role, RUN_WAITING_ROLE) == 0;
}

static bool is_chief(const struct run_peer *peer)
{
    static const char *const chiefs[] = {RUN_CHIEF_ROLES};

    for (size_t i = 0; i < sizeof(chiefs) / sizeof(chiefs[0]); i++)
        if (strcmp(peer->rank.role, chiefs[i]) == 0)
            return true;
    return false;
}

static bool is_running(const struct run_step *step)
{
    return step->phase == PHASE_RUN || step->phase == PHASE_LINGER;
}

/* Ends those that wait for others, after `peer` has ended. Parameter servers wait for
 * ever, and workers may: the end of the last worker ends the servers, and the end of the
 * chief ends all, a little later. */
static void settle(struct run_step *step, const struct run_peer *peer)
{
    unsigned workers = step->request->tasks - step->servers;

    if (step->ended == step->request->tasks) {
        if (step->phase < PHASE_LEAVE)
            enter(step, PHASE_LEAVE, LEAVE_MS);
    } else if (is_running(step) && step->servers > 0 &&
               step->ended - step->servers_ended == workers) {
        end_all(step);
    } else if (step->phase == PHASE_RUN && step->servers > 0 && is_chief(peer)) {
        enter(step, PHASE_LINGER, RUN_LINGER_MS);
    }
}

static void note_end(struct run_step *step, struct run_peer *peer)
{
    peer->state = PEER_ENDED;
    step->ended++;
    step->servers_ended += is_server(peer);
}

/* Takes a process's end. A process that was told to end may end in any way. */
static void take_end(struct run_step *step, struct run_peer *peer, const char *line)
{
    bool by_signal;
    int number;

    if (!run_message_read_ended(line, &by_signal, &number))
        return;
    note_end(step, peer);
    if (step->phase < PHASE_ASK && (number != 0 || by_signal)) {
        run_verdict_end(&step->verdict, step->request, peer, by_signal, number,
                        step->request->tasks - step->ended);
        end_all(step);
    }
    settle(step, peer);
}

static void take_ready(struct run_step *step, struct run_peer *peer)
{
    peer->state = PEER_READY;
    if (++step->ready < step->request->tasks || step->phase != PHASE_START)
        return;
    step->phase = PHASE_RUN;
    run_peers_tell(&step->peers, RUN_GO);
}

static void take_refusal(struct run_step *step, const struct run_peer *peer,
                         const char *sentence)
{
    run_verdict_refusal(&step->verdict, step->request, peer, sentence);
    end_all(step);
}

static bool is_taken(const struct run_step *step, const struct run_peer *peer)
{
    for (size_t i = 0; i < step->peers.count; i++)
        if (&step->peers.list[i] != peer && step->peers.list[i].state != PEER_NEW &&
            step->peers.list[i].rank.number == peer->rank.number)
            return true;
    return peer->rank.number >= step->request->tasks;
}

static void take_hello(struct run_step *step, struct run_peer *peer, const char *line)
{
    if (!run_peer_greet(peer, line) || is_taken(step, peer)) {
        run_peer_drop(peer);
        return;
    }
    strcpy(step->id, peer->rank.step);
    if (step->known++ == 0)
        step->deadline = deadline_after(START_MS);
    step->servers += is_server(peer);
    if (!run_message_is_ours(&peer->rank)) {
        run_verdict_release(&step->verdict, step->request, peer);
        end_all(step);
    }
    if (step->phase >= PHASE_ASK)
        run_peer_tell(peer, RUN_END);
}

static void take_line(struct run_step *step, struct run_peer *peer, const char *line)
{
    const char *refusal = run_message_read_refusal(line);

    if (peer->state == PEER_NEW)
        take_hello(step, peer, line);
    else if (strcmp(line, RUN_READY) == 0 && peer->state == PEER_KNOWN)
        take_ready(step, peer);
    else if (refusal)
        take_refusal(step, peer, refusal);
    else if (peer->state != PEER_ENDED)
        take_end(step, peer, line);
}

static void take_loss(struct run_step *step, struct run_peer *peer)
{
    if (peer->state == PEER_NEW || peer->state == PEER_ENDED)
        return;
    note_end(step, peer);
    if (step->phase < PHASE_ASK)
        run_verdict_loss(&step->verdict, step->request, peer,
                         step->request->tasks - step->ended);
    end_all(step);
    settle(step, peer);
}

static void serve_peer(struct run_step *step, struct run_peer *peer)
{
    const char *line;
    bool ended;

    while ((line = run_peer_read(peer, &ended)))
        take_line(step, peer, line);
    if (ended)
        take_loss(step, peer);
}

/* Takes srun's end. The processes' last lines may still be on their way. */
static void take_srun_end(struct run_step *step)
{
    if (step->srun_ended || step->group == 0 || !program_turn(&step->srun))
        return;
    step->srun_ended = true;
    enter(step, PHASE_LEAVE, step->known > step->ended ? LAST_WORDS_MS : 0);
}

/* Reads a signal that the user sent to us: it ends the whole step. */
static void read_signal(struct run_step *step)
{
    struct signalfd_siginfo info;

    while (read(step->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGCHLD) {
            take_srun_end(step);
            continue;
        }
        run_verdict_give(&step->verdict, STEP_SIGNALLED + (int)info.ssi_signo,
                         "ended by SIG%s", sigabbrev_np((int)info.ssi_signo));
        if (step->known == 0)
            kill(-step->group, (int)info.ssi_signo);
        end_all(step);
    }
}

static void cancel(const struct run_step *step)
{
    struct error ignored = {.party = ERROR_NONE};
    char id[RUN_WORD_SIZE + 16];
    const char *const scancel[] = {"scancel", "--signal=KILL", id, NULL};

    snprintf(id, sizeof(id), "%u.%s", step->request->job, step->id);
    if (step->id[0])
        free(slurm_command_run_within(scancel, CANCEL_MS, &ignored));
    kill(-step->group, SIGKILL);
}

static void judge_late(struct run_step *step)
{
    run_verdict_give(
        &step->verdict, STEP_REFUSED,
        "%u of %u processes were not there %d s after the first: one of the nodes is "
        "slow or gone, see `squeue -s` and the node's slurmd",
        step->request->tasks - step->known, step->request->tasks, START_MS / 1000);
    end_all(step);
}

static void pass_deadline(struct run_step *step)
{
    switch (step->phase) {
    case PHASE_START:
        judge_late(step);
        break;
    case PHASE_LINGER:
        end_all(step);
        break;
    case PHASE_ASK:
        cancel(step);
        enter(step, PHASE_LEAVE, LEAVE_MS);
        break;
    case PHASE_LEAVE:
        if (!step->srun_ended)
            cancel(step);
        step->is_over = true;
        break;
    case PHASE_RUN:
        break;
    }
}

static int time_left(const struct run_step *step)
{
    bool has_deadline =
        step->phase == PHASE_START ? step->known > 0 : step->phase != PHASE_RUN;

    return has_deadline ? deadline_left(&step->deadline) : -1;
}

/* Returns how long to wait: until the phase ends, or a stranger is to be dropped. */
static int time_to_wait(struct run_step *step)
{
    int left = time_left(step), silent = run_peers_drop_silent(&step->peers);

    return left < 0 || (silent >= 0 && silent < left) ? silent : left;
}

/* Waits for something to happen, and deals with it. */
static void turn(struct run_step *step)
{
    int milliseconds = time_to_wait(step);
    size_t count = step->peers.count;

    step->polled[0] = (struct pollfd){.fd = step->signals, .events = POLLIN};
    step->polled[1] = (struct pollfd){.fd = step->peers.listener, .events = POLLIN};
    for (size_t i = 0; i < count; i++)
        step->polled[2 + i] =
            (struct pollfd){.fd = step->peers.list[i].fd, .events = POLLIN};
    if (poll(step->polled, 2 + count, milliseconds) < 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (step->polled[2 + i].revents)
            serve_peer(step, &step->peers.list[i]);
    if (step->polled[1].revents)
        run_peers_accept(&step->peers);
    if (step->polled[0].revents)
        read_signal(step);
    if (time_left(step) == 0)
        pass_deadline(step);
}

/* In the child: tells the processes where we are. */
static void tell_port(const void *data)
{
    const struct run_peers *peers = data;
    char port[16], secret[PROOF_SECRET_TEXT_SIZE];

    snprintf(port, sizeof(port), "%u", peers->port);
    setenv(RUN_PORT_VARIABLE, port, 1);
    setenv(RUN_RELEASE_VARIABLE, RELEASE, 1);
    proof_secret_write(&peers->secret, secret);
    setenv(RUN_SECRET_VARIABLE, secret, 1);
}

/* A terminal's Ctrl-C is only for us: we end srun in order. */
static int start(struct run_step *step)
{
    const struct program_way way = {.words = step->request->srun,
                                    .process = {.output = step->request->output,
                                                .errors = step->request->errors,
                                                .rules = PROCESS_GROUP},
                                    .prepare = tell_port,
                                    .data = &step->peers};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    step->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (step->signals < 0 || run_peers_open(&step->peers, step->request->tasks) < 0)
        return -1;
    step->polled = calloc(2 + step->peers.room, sizeof(*step->polled));
    if (!step->polled || program_start(&step->srun, &way) < 0)
        return -1;
    step->group = step->srun.process;
    return 0;
}

/* Judges by srun's status, when srun has ended before its processes have. */
static void judge_srun(struct run_step *step)
{
    const char *about =
        step->request->is_preparation ? "the preparation" : "the processes";
    const char *reached = step->known < step->request->tasks ? "started" : "ended";
    char how[ENDING_TEXT_SIZE], said[PATH_MAX] = "what it said is above";

    if (step->ended == step->request->tasks || !step->srun_ended)
        return;
    if (step->request->logs == LOG_MERGED)
        snprintf(said, sizeof(said), "what it said is in %s/stderr.txt",
                 step->request->directory);
    ending_describe(&step->srun.ending, said, how, sizeof(how));
    if (ending_was_not_run(&step->srun.ending, NULL))
        run_verdict_give(&step->verdict, STEP_REFUSED, "%s", how);
    run_verdict_give(&step->verdict, STEP_REFUSED, "before %s had %s, %s", about, reached,
                     how);
}

void run_step(const struct run_step_request *request, struct run_step_result *result)
{
    struct run_step step = {.request = request, .verdict.result = result, .signals = -1};

    *result = (struct run_step_result){.status = 0};
    if (start(&step) < 0) {
        run_verdict_give(&step.verdict, STEP_REFUSED, "cannot start srun: %s",
                         strerror(errno));
        step.is_over = true;
    }
    while (!step.is_over && !(step.srun_ended && step.ended == request->tasks))
        turn(&step);
    if (step.group > 0)
        judge_srun(&step);
    program_kill(&step.srun); /* again, where it was */
    program_release(&step.srun);
    run_peers_close(&step.peers);
    free(step.polled);
    if (step.signals >= 0)
        close(step.signals);
}
