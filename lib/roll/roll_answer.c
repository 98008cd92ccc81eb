/* roll_answer.c: the launch check of every rank but 0 (roll_call.h). */
#include "lib/roll/roll_call.h"

#include "lib/roll/roll_mark.h"
#include "lib/roll/roll_peers.h"
#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESOLVE_MS 2000
#define TRY_MS 1000    /* for a connection, and for a message */
#define GREET_MS 2000  /* rank 0 may be asking other nodes just then */
#define UNHEARD_MS 300 /* of failure, then rank 0 may ask why */
/* So long out of reach, or with another program at the port, is for good. */
#define LOST_MS 5000
#define PAUSE_FIRST_MS 10 /* between two tries; it doubles up to PAUSE_LAST_MS */
#define PAUSE_LAST_MS 250

enum failure { NONE, REFUSED, OUT_OF_REACH };

struct answering {
    const struct roll_call *call;
    struct roll_entry self;  /* the answer to the question why */
    struct roll_entry entry; /* what rank 0 gets once it is reached */
    struct deadline all, unheard, lost;
    enum failure failure; /* of the last try; REFUSED: rank 0 may only be late */
    struct roll_peers
        peers;  /* takes the question why; open when there is something to say */
    bool asked; /* rank 0 has asked, and knows what is wrong */
};

/* Notes a failure. In its sentence `what` stands before rank 0's node, and `cause` after
 * it. */
static void fail(struct answering *answering, enum failure failure, const char *what,
                 const char *cause)
{
    const struct roll_call *call = answering->call;

    if (answering->failure == NONE)
        answering->unheard = deadline_after(UNHEARD_MS);
    if (answering->failure == NONE || answering->failure == REFUSED)
        answering->lost = deadline_after(LOST_MS);
    answering->failure = failure;
    snprintf(answering->self.problem, sizeof(answering->self.problem),
             "rank %u on %.64s %.20s %.64s, where rank 0 is: %.160s; tell your "
             "administrator, or leave the node out with --exclude=%.60s",
             call->self.rank, call->self.node, what, call->node, cause, call->self.node);
}

static void fail_to_reach(struct answering *answering, enum failure failure,
                          const char *cause, const struct resolved_address *address)
{
    char place[RESOLVED_TEXT_SIZE], text[160];

    resolved_text(address, place);
    snprintf(text, sizeof(text), "%.60s port %u: %s", place, answering->call->port,
             cause);
    fail(answering, failure, "does not reach", text);
}

/* Listens for the question why; but not on the node of rank 0, whose port that would
 * take. */
static void listen_for_question(struct answering *answering)
{
    const struct roll_call *call = answering->call;

    if (answering->peers.epoll < 0 && strcmp(call->self.node, call->node) != 0 &&
        answering->failure != NONE && deadline_passed(&answering->unheard) &&
        roll_peers_open(&answering->peers) < 0)
        roll_peers_close(&answering->peers);
}

/* Answers a question why. */
static bool tell_why(struct roll_peers *peers, struct roll_peer *peer,
                     enum roll_word word)
{
    struct answering *answering = peers->owner;
    struct deadline soon = deadline_after(TRY_MS);
    struct roll_entry nothing;

    if (word != ROLL_QUESTION ||
        roll_message_send(&peer->channel, ROLL_ENTRY, &answering->self, &soon) < 0)
        return false;
    answering->asked = true;
    /* Until the peer closes. */
    roll_message_expect(&peer->channel, ROLL_GO, &nothing, &soon);
    return true;
}

static void forget(struct roll_peers *peers, struct roll_peer *peer)
{
    (void)peers;
    (void)peer;
}

/* Waits for `socket`, -1 for none, and answers the question why meanwhile. Returns 0 when
 * the socket is ready, and -1 at the deadline or when rank 0 knows what is wrong. */
static int wait_for(struct answering *answering, int socket, short events,
                    const struct deadline *deadline)
{
    while (!answering->asked && !deadline_passed(deadline)) {
        struct pollfd ready[] = {{.fd = socket, .events = events},
                                 {.fd = answering->peers.epoll, .events = POLLIN}};

        poll(ready, 2, deadline_left(deadline));
        if (ready[1].revents)
            roll_peers_wait(&answering->peers, 0);
        if (ready[0].revents)
            return 0;
    }
    return -1;
}

static void pause_for(struct answering *answering, int milliseconds)
{
    struct deadline soon = deadline_after(milliseconds);

    wait_for(answering, -1, 0, &soon);
}

/* Reads one whole message, as roll_message_read. */
static int read_word(struct answering *answering, struct roll_channel *channel,
                     enum roll_word *word, const struct deadline *deadline)
{
    struct roll_entry said;
    int status;

    while ((status = roll_message_read(channel, word, &said)) == 0)
        if (wait_for(answering, channel->socket, POLLIN, deadline) < 0)
            return -1;
    return status > 0 ? 0 : -1;
}

/* Connects to one address. Returns the socket, or -1 with the failure noted. */
static int connect_to(struct answering *answering, const struct resolved_address *address)
{
    struct deadline soon = deadline_after(TRY_MS);
    int socket = roll_socket_connect(address);
    int status = errno;

    if (socket >= 0)
        status = wait_for(answering, socket, POLLOUT, &soon) == 0
                     ? roll_socket_outcome(socket)
                     : ETIMEDOUT;
    if (socket >= 0 && status == 0)
        return socket;
    fail_to_reach(answering, status == ECONNREFUSED ? REFUSED : OUT_OF_REACH,
                  strerror(status), address);
    if (socket >= 0)
        close(socket);
    return -1;
}

/* Waits for rank 0's greeting. A peer without the step's secret is told nothing. */
static int be_greeted(struct answering *answering, struct roll_channel *channel,
                      int socket, const struct resolved_address *address)
{
    const struct roll_call *call = answering->call;
    struct deadline soon = deadline_after(GREET_MS);
    enum roll_word word;

    if (roll_channel_begin(channel, socket, call->secret, call->step, PROOF_CONNECTS) ==
            0 &&
        roll_message_send(channel, ROLL_NONCE, NULL, &soon) == 0 &&
        read_word(answering, channel, &word, &soon) == 0 &&
        read_word(answering, channel, &word, &soon) == 0 && word == ROLL_GREETING)
        return 0;
    fail_to_reach(answering, OUT_OF_REACH, "another program answers", address);
    return -1;
}

/* Enters this task and waits for rank 0's word. Returns 0 to go and 1 to stop; or -1 when
 * rank 0 is gone. */
static int enter(struct answering *answering, struct roll_channel *channel)
{
    struct deadline soon = deadline_after(TRY_MS);
    struct roll_entry entry = answering->entry;
    struct error error = {.party = ERROR_NONE};
    enum roll_word word;

    if (answering->call->mark && !entry.problem[0] &&
        roll_mark_read(answering->call->mark, entry.node, entry.token, &error) < 0)
        snprintf(entry.problem, sizeof(entry.problem), "%s", error.text);
    if (roll_message_send(channel, ROLL_ENTRY, &entry, &soon) == 0 &&
        read_word(answering, channel, &word, &answering->all) == 0)
        return word == ROLL_GO ? 0 : 1;
    fail(answering, REFUSED, "does not reach", "rank 0 ended before the check did");
    return -1;
}

/* Resolves rank 0's node. A node that cannot resolve its own name still reaches
 * itself. */
static int find_addresses(struct answering *answering, struct resolved *resolved)
{
    const struct roll_call *call = answering->call;
    struct deadline soon = deadline_after(RESOLVE_MS);
    char cause[RESOLVE_CAUSE_SIZE];

    if (resolve(resolved, call->node, call->port, &soon, cause) == 0)
        return 0;
    fail(answering, OUT_OF_REACH, "cannot resolve", cause);
    if (strcmp(call->self.node, call->node) != 0)
        return -1;
    snprintf(answering->entry.problem, sizeof(answering->entry.problem),
             "%.100s cannot resolve its own name: %.100s; tell your administrator",
             call->node, cause);
    return resolve(resolved, "127.0.0.1", call->port, &soon, cause);
}

/* Tries all addresses once. Returns as enter does. */
static int try(struct answering *answering)
{
    struct resolved resolved;
    int status = -1;

    if (find_addresses(answering, &resolved) < 0)
        return -1;
    for (size_t i = 0; i < resolved.count && status < 0 && !answering->asked; i++) {
        int socket = connect_to(answering, &resolved.addresses[i]);
        struct roll_channel channel;

        if (socket < 0)
            continue;
        if (be_greeted(answering, &channel, socket, &resolved.addresses[i]) == 0)
            status = enter(answering, &channel);
        close(socket);
    }
    return status;
}

/* Says that rank 0 never came: its node is up, and nobody listened there. */
static int tell_of_rank_0(const struct answering *answering, struct error *error)
{
    const struct roll_call *call = answering->call;

    if (answering->asked || answering->failure != REFUSED || !call->speaks)
        return -1;
    return error_set(
        error, ERROR_NODE,
        "rank 0 on %s did not come to the launch check, where rank %u on %s "
        "waited %d s for it; see what else the step says of %s, and start it "
        "again",
        call->node, call->self.rank, call->self.node,
        (call->milliseconds + ROLL_CALL_EXTRA_MS) / 1000, call->node);
}

static bool is_over(const struct answering *answering)
{
    return answering->asked || deadline_passed(&answering->all) ||
           (answering->failure != NONE && answering->failure != REFUSED &&
            deadline_passed(&answering->lost));
}

int roll_call_answer(const struct roll_call *call, struct error *error)
{
    struct answering answering = {
        .call = call,
        .self = call->self,
        .entry = call->self,
        .peers = {.call = call,
                  .hear = tell_why,
                  .leave = forget,
                  .owner = &answering,
                  .listening = -1,
                  .epoll = -1},
        .all = deadline_after(call->milliseconds + ROLL_CALL_EXTRA_MS)};
    int pause = PAUSE_FIRST_MS, status;

    while ((status = try(&answering)) < 0 && !is_over(&answering)) {
        listen_for_question(&answering);
        pause_for(&answering, pause);
        pause = pause * 2 < PAUSE_LAST_MS ? pause * 2 : PAUSE_LAST_MS;
    }
    roll_peers_close(&answering.peers);
    if (status == 0)
        return 0;
    return status > 0 ? -1 : tell_of_rank_0(&answering, error);
}
