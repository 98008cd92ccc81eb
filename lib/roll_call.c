#include "roll_call.h"

#include "roll_mark.h"
#include "roll_message.h"
#include "roll_question.h"
#include "roll_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define SEND_MS 1000         /* for one message, which nearly always fits at once */
#define LEAVE_MS 3000        /* for all to close when they have their word */
#define SILENT_MS 1000       /* how long a connection may stay without an entry */
#define ASK_MS 1000          /* between the questions to the nodes that lack tasks */
#define ASKED_NODES 2        /* how many of them are asked in a round */
#define UNREACHABLE_ROUNDS 2 /* so often out of reach: not worth waiting for */
#define PROBLEM_MS 500       /* after a problem, for others to come and hear of it */
#define STRANGERS 64         /* connections beyond the tasks */
#define EVENTS 64

struct peer {
    int socket;   /* -1: free */
    bool heard;   /* has said what it had to say */
    bool entered; /* on the roll */
    struct deadline silent;
    struct roll_entry entry;
    struct roll_inbox inbox;
};

struct holding {
    const struct roll_call *call;
    struct roll *roll;
    struct roll_entry self;
    struct error problem;
    struct deadline all, next_question;
    char why[ERROR_TEXT_SIZE]; /* of a node that cannot be reached */
    unsigned unreachable;      /* rounds */
    int listening, epoll;
    bool marked;
    struct peer **peers; /* made as they come */
    unsigned count, room;
};

static int begin(struct holding *holding, struct error *error)
{
    const struct roll_call *call = holding->call;
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};

    holding->listening = roll_socket_listen(call->port);
    if (holding->listening < 0 && errno == EADDRINUSE)
        return error_set(error, ERROR_USER,
                         "port %u of %s, where rank 0 is to listen, is in use by another "
                         "program; start the step again, which gives it another port, or "
                         "see who has it with `ss -tlnp sport = :%u` on %s",
                         call->port, call->node, call->port, call->node);
    holding->epoll = epoll_create1(EPOLL_CLOEXEC);
    holding->room = call->layout.tasks + STRANGERS;
    holding->peers = calloc(holding->room, sizeof(*holding->peers));
    holding->roll = roll_create(&call->layout);
    if (holding->listening < 0 || holding->epoll < 0 || !holding->peers ||
        !holding->roll ||
        epoll_ctl(holding->epoll, EPOLL_CTL_ADD, holding->listening, &event) < 0)
        return error_set(error, ERROR_NODE, "rank 0 on %s cannot listen at port %u: %s",
                         call->node, call->port, strerror(errno));
    return 0;
}

static void forget(struct holding *holding, struct peer *peer)
{
    if (peer->entered)
        roll_leave(holding->roll, &peer->entry);
    close(peer->socket);
    peer->socket = -1;
    peer->heard = peer->entered = false;
}

/* The place of the next who comes: a new one, a free one, or one of who keeps silent. */
static struct peer *find_place(struct holding *holding)
{
    if (holding->count < holding->room) {
        struct peer *peer = calloc(1, sizeof(*peer));

        if (peer) {
            peer->socket = -1;
            holding->peers[holding->count++] = peer;
        }
        return peer;
    }
    for (unsigned i = 0; i < holding->count; i++) {
        struct peer *peer = holding->peers[i];

        if (peer->socket >= 0 && !peer->heard && deadline_passed(&peer->silent))
            forget(holding, peer);
        if (peer->socket < 0)
            return peer;
    }
    return NULL;
}

/* Returns whether another one may wait. */
static bool take_in(struct holding *holding)
{
    struct deadline soon = deadline_after(SEND_MS);
    int socket = roll_socket_accept(holding->listening);
    struct epoll_event event = {.events = EPOLLIN};
    struct peer *peer;

    if (socket < 0)
        return false;
    peer = find_place(holding);
    event.data.ptr = peer;
    if (!peer || roll_message_send(socket, ROLL_GREETING, &holding->self, &soon) < 0 ||
        epoll_ctl(holding->epoll, EPOLL_CTL_ADD, socket, &event) < 0) {
        close(socket);
        return true;
    }
    memset(peer, 0, sizeof(*peer));
    peer->socket = socket;
    peer->silent = deadline_after(SILENT_MS);
    return true;
}

/* With a problem there is no point in waiting for who is late. */
static void note_problem(struct holding *holding)
{
    struct deadline soon = deadline_after(PROBLEM_MS);

    if (deadline_left(&soon) < deadline_left(&holding->all))
        holding->all = soon;
}

static void enter(struct holding *holding, struct peer *peer)
{
    bool had_problem = holding->problem.party != ERROR_NONE;

    peer->heard = true;
    if (!peer->entry.problem[0] && strcmp(peer->entry.token, holding->self.token) != 0)
        snprintf(peer->entry.problem, sizeof(peer->entry.problem),
                 "%.60s sees another directory %.200s than rank 0 on %.60s; name a "
                 "directory that all nodes share",
                 peer->entry.node, holding->call->mark, holding->call->node);
    peer->entered = roll_enter(holding->roll, &peer->entry, &holding->problem);
    if (holding->problem.party && !had_problem)
        note_problem(holding);
}

static void hear(struct holding *holding, struct peer *peer)
{
    enum roll_word word;
    int status;

    if (peer->socket < 0)
        return;
    if (peer->heard) { /* it has nothing more to say, so it has gone */
        forget(holding, peer);
        return;
    }
    status = roll_message_read(peer->socket, &peer->inbox, &word, &peer->entry);
    if (status == 0)
        return;
    if (status > 0 && word == ROLL_ENTRY &&
        strcmp(peer->entry.step, holding->self.step) == 0)
        enter(holding, peer);
    else
        forget(holding, peer);
}

static int wait_for(int socket, short events, int milliseconds)
{
    struct pollfd ready = {.fd = socket, .events = events};

    return poll(&ready, 1, milliseconds) == 1 ? 0 : -1;
}

/* Tasks of rank 0's own node always get through to it. */
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

static void gather(struct holding *holding)
{
    struct epoll_event events[EVENTS];

    while (!roll_is_complete(holding->roll) && !deadline_passed(&holding->all)) {
        int count = epoll_wait(holding->epoll, events, EVENTS, time_to_wait(holding));

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr)
                hear(holding, events[i].data.ptr);
            else
                while (take_in(holding))
                    continue;
        }
        if (count < EVENTS && !deadline_passed(&holding->all) &&
            !roll_is_complete(holding->roll) && deadline_passed(&holding->next_question))
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

/* A task closes when it has its word: who closes first has the port to linger. */
static void see_off(struct holding *holding)
{
    struct deadline soon = deadline_after(LEAVE_MS);

    for (unsigned i = 0; i < holding->count; i++) {
        struct peer *peer = holding->peers[i];
        char byte;

        if (peer->socket < 0)
            continue;
        while (recv(peer->socket, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN &&
               !deadline_passed(&soon))
            wait_for(peer->socket, POLLIN, deadline_left(&soon));
        close(peer->socket);
        peer->socket = -1;
    }
}

/* Nobody's program may find this listener in place of the framework's, so it is closed
 * before the first one goes. */
static void dismiss(struct holding *holding, enum roll_word word)
{
    struct deadline soon = deadline_after(SEND_MS);

    close(holding->listening);
    holding->listening = -1;
    for (unsigned i = 0; i < holding->count; i++)
        if (holding->peers[i]->socket >= 0 && holding->peers[i]->heard)
            roll_message_send(holding->peers[i]->socket, word, &holding->self, &soon);
    see_off(holding);
}

static void end(struct holding *holding)
{
    if (holding->listening >= 0)
        close(holding->listening);
    if (holding->epoll >= 0)
        close(holding->epoll);
    for (unsigned i = 0; i < holding->count; i++)
        free(holding->peers[i]);
    free(holding->peers);
    roll_destroy(holding->roll);
    if (holding->marked)
        unlink(holding->call->mark);
}

/* One descriptor a task; the program gets back the limit that it is to have. */
static void allow_descriptors(unsigned tasks, struct rlimit *before)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, before) < 0)
        before->rlim_cur = before->rlim_max = RLIM_INFINITY;
    limit = *before;
    if (limit.rlim_cur < tasks + 2 * STRANGERS)
        limit.rlim_cur = limit.rlim_max < tasks + 2 * STRANGERS ? limit.rlim_max
                                                                : tasks + 2 * STRANGERS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Nobody is greeted before, so that who reads it finds it. */
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
    struct holding holding = {
        .call = call, .self = call->self, .listening = -1, .epoll = -1};
    struct rlimit before;
    int status;

    allow_descriptors(call->layout.tasks, &before);
    status = hold(&holding, error);
    end(&holding);
    setrlimit(RLIMIT_NOFILE, &before);
    return status;
}
