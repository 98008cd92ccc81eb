/* roll_call.c: runs rank 0's side of the launch check. */
#include "lib/roll/roll_call.h"

#include "lib/roll/roll_mark.h"
#include "lib/roll/roll_peers.h"
#include "lib/roll/roll_question.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEND_MS 1000         /* for one message, which nearly always fits at once */
#define LEAVE_MS 3000        /* for all tasks to close when they have their word */
#define ASK_MS 1000          /* between the questions to the nodes that lack tasks */
#define ASKED_NODES 2        /* nodes that are asked in one round */
#define UNREACHABLE_ROUNDS 2 /* after so many rounds out of reach, waiting is no use */
#define PROBLEM_MS 500       /* after a problem, for other tasks to come and hear of it */

struct holding {
    const struct roll_call *call;
    struct roll *roll;
    struct roll_entry self;
    struct error problem;
    struct deadline all, next_question;
    char why[ERROR_TEXT_SIZE]; /* what is known of a node that cannot be reached */
    unsigned unreachable;      /* rounds in which one was */
    bool marked;
    struct roll_peers peers;
};

static int begin(struct holding *holding, struct error *error)
{
    const struct roll_call *call = holding->call;
    int status = roll_peers_open(&holding->peers);

    if (status < 0 && errno == EADDRINUSE)
        return error_set(error, ERROR_USER,
                         "port %u of %s, where rank 0 is to listen, is in use by another "
                         "program; start the step again, which gives it another port, or "
                         "see who has it with `ss -tlnp sport = :%u` on %s",
                         call->port, call->node, call->port, call->node);
    holding->roll = roll_create(&call->layout);
    if (status < 0 || !holding->roll)
        return error_set(error, ERROR_NODE, "rank 0 on %s cannot listen at port %u: %s",
                         call->node, call->port, strerror(errno));
    return 0;
}

/* Shortens the wait: with a problem there is no point in waiting for late tasks. */
static void note_problem(struct holding *holding)
{
    struct deadline soon = deadline_after(PROBLEM_MS);

    if (deadline_left(&soon) < deadline_left(&holding->all))
        holding->all = soon;
}

static void refuse_release(const struct roll_call *call, struct roll_entry *entry)
{
    char its[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE];

    snprintf(entry->problem, sizeof(entry->problem),
             "the plugin on %.60s is %s, and that of rank 0 on %.60s %s, which do not "
             "understand each other: install one release on all nodes, or start the step "
             "without the check",
             entry->node, release_name(its, entry->release, entry->protocol), call->node,
             release_name(ours, RELEASE, ROLL_PROTOCOL));
}

static void enter(struct holding *holding, struct roll_peer *peer)
{
    bool had_problem = holding->problem.party != ERROR_NONE;

    if (strcmp(peer->entry.protocol, ROLL_PROTOCOL) != 0)
        refuse_release(holding->call, &peer->entry);
    if (!peer->entry.problem[0] && strcmp(peer->entry.token, holding->self.token) != 0)
        snprintf(peer->entry.problem, sizeof(peer->entry.problem),
                 "%.60s sees another directory %.200s than rank 0 on %.60s; name a "
                 "directory that all nodes share",
                 peer->entry.node, holding->call->mark, holding->call->node);
    peer->entered = roll_enter(holding->roll, &peer->entry, &holding->problem);
    if (holding->problem.party && !had_problem)
        note_problem(holding);
}

static bool hear(struct roll_peers *peers, struct roll_peer *peer, enum roll_word word)
{
    if (word == ROLL_ENTRY)
        enter(peers->owner, peer);
    return word == ROLL_ENTRY;
}

static void leave(struct roll_peers *peers, struct roll_peer *peer)
{
    struct holding *holding = peers->owner;

    if (peer->entered)
        roll_leave(holding->roll, &peer->entry);
}

static int wait_for(int socket, short events, int milliseconds)
{
    struct pollfd ready = {.fd = socket, .events = events};

    return poll(&ready, 1, milliseconds) == 1 ? 0 : -1;
}

/* Asks nodes that lack tasks why. The first node is left out: it is rank 0's own, whose
 * tasks always get through. */
static void ask_lacking(struct holding *holding)
{
    const struct roll_layout *layout = &holding->call->layout;
    struct roll_question question = {.call = holding->call};
    bool out_of_reach = false;
    size_t node = roll_lacking_node(holding->roll, 1);

    for (int asked = 0; asked < ASKED_NODES && node < layout->nodes->count; asked++) {
        enum roll_answer answer =
            roll_question_ask(&question, layout->nodes->hosts[node]);

        if (answer == ROLL_ANSWERED) {
            error_set(&holding->problem, ERROR_NODE, "%s", question.problem);
            holding->all = deadline_after(0);
            return;
        }
        out_of_reach = out_of_reach || answer == ROLL_OUT_OF_REACH;
        node = roll_lacking_node(holding->roll, node + 1);
    }
    snprintf(holding->why, sizeof(holding->why), "%s", question.why);
    holding->unreachable = out_of_reach ? holding->unreachable + 1 : 0;
    if (holding->unreachable >= UNREACHABLE_ROUNDS)
        holding->all = deadline_after(0);
    holding->next_question = deadline_after(ASK_MS);
}

static int time_to_wait(const struct holding *holding)
{
    int all = deadline_left(&holding->all), next = deadline_left(&holding->next_question);

    return all < next ? all : next;
}

static bool is_over(const struct holding *holding)
{
    return roll_is_complete(holding->roll) || deadline_passed(&holding->all);
}

static void gather(struct holding *holding)
{
    while (!is_over(holding)) {
        bool more = roll_peers_wait(&holding->peers, time_to_wait(holding));

        if (!more && !is_over(holding) && deadline_passed(&holding->next_question))
            ask_lacking(holding);
    }
}

static int judge(struct holding *holding, struct error *error)
{
    const struct roll_call *call = holding->call;
    size_t missing = roll_lacking_node(holding->roll, 0);

    if (holding->problem.party) {
        *error = holding->problem;
        return -1;
    }
    if (roll_is_complete(holding->roll))
        return 0;
    return roll_tell_missing(holding->roll, missing, call->node,
                             holding->unreachable >= UNREACHABLE_ROUNDS
                                 ? UNREACHABLE_ROUNDS
                                 : (unsigned)call->milliseconds / 1000,
                             holding->why, error);
}

/* Waits until the tasks close. The side that closes first leaves the port lingering, and
 * that must not be rank 0's. */
static void see_off(struct holding *holding)
{
    struct deadline soon = deadline_after(LEAVE_MS);

    for (struct roll_peer *peer = TAILQ_FIRST(&holding->peers.members); peer;
         peer = TAILQ_NEXT(peer, link)) {
        int socket = peer->channel.socket;
        char byte;

        while (recv(socket, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN &&
               !deadline_passed(&soon))
            wait_for(socket, POLLIN, deadline_left(&soon));
    }
}

/* Gives all tasks the word. The listener is closed before, so that no task's program
 * finds it in place of the framework's. */
static void dismiss(struct holding *holding, enum roll_word word)
{
    struct deadline soon = deadline_after(SEND_MS);

    roll_peers_stop_listening(&holding->peers);
    for (struct roll_peer *peer = TAILQ_FIRST(&holding->peers.members); peer;
         peer = TAILQ_NEXT(peer, link))
        roll_message_send(&peer->channel, word, NULL, &soon);
    see_off(holding);
}

static void end(struct holding *holding)
{
    roll_peers_close(&holding->peers);
    roll_destroy(holding->roll);
    if (holding->marked)
        unlink(holding->call->mark);
}

/* Raises the limit of descriptors to hold each task and each stranger. `before` is the
 * old limit, which the program gets back. */
static void allow_descriptors(unsigned tasks, struct rlimit *before)
{
    rlim_t wanted = 2 * ((rlim_t)tasks + ROLL_STRANGERS);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, before) < 0)
        before->rlim_cur = before->rlim_max = RLIM_INFINITY;
    limit = *before;
    if (limit.rlim_cur < wanted)
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Makes the mark before anybody is greeted, so that it is there when tasks look for
 * it. */
static void make_mark(struct holding *holding)
{
    const struct roll_call *call = holding->call;

    if (roll_mark_make(call->mark, call->self.node, holding->self.token,
                       &holding->problem) == 0)
        holding->marked = true;
}

static int hold(struct holding *holding, struct error *error)
{
    const struct roll_call *call = holding->call;
    int status;

    if (begin(holding, error) < 0)
        return -1;
    holding->all = deadline_after(call->milliseconds);
    holding->next_question = deadline_after(ASK_MS);
    roll_enter(holding->roll, &holding->self, &holding->problem);
    if (call->mark)
        make_mark(holding);
    if (holding->problem.party)
        note_problem(holding);
    gather(holding);
    status = judge(holding, error);
    dismiss(holding, status == 0 ? ROLL_GO : ROLL_STOP);
    return status;
}

int roll_call_hold(const struct roll_call *call, struct error *error)
{
    struct holding holding = {.call = call,
                              .self = call->self,
                              .peers = {.call = call,
                                        .greets = true,
                                        .hear = hear,
                                        .leave = leave,
                                        .owner = &holding,
                                        .listening = -1,
                                        .epoll = -1}};
    struct rlimit before;
    int status;

    allow_descriptors(call->layout.tasks, &before);
    status = hold(&holding, error);
    end(&holding);
    setrlimit(RLIMIT_NOFILE, &before);
    return status;
}
