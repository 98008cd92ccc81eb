/* roll_question.c: asks a node why its tasks do not come to the launch check. */
#include "lib/roll/roll_question.h"

#include "lib/roll/roll_message.h"
#include "lib/roll/roll_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DIAL_MS 300 /* for the name, the connection and the answer each */

static enum roll_answer hear_answer(struct roll_question *question, int socket)
{
    const struct roll_call *call = question->call;
    struct deadline soon = deadline_after(DIAL_MS);
    struct roll_channel channel;
    struct roll_entry entry;

    if (roll_channel_begin(&channel, socket, call->secret, call->step, PROOF_CONNECTS) <
            0 ||
        roll_message_send(&channel, ROLL_NONCE, NULL, &soon) < 0 ||
        roll_message_expect(&channel, ROLL_NONCE, &entry, &soon) < 0 ||
        roll_message_send(&channel, ROLL_QUESTION, NULL, &soon) < 0 ||
        roll_message_expect(&channel, ROLL_ENTRY, &entry, &soon) < 0 || !entry.problem[0])
        return ROLL_NOBODY_THERE;
    snprintf(question->problem, sizeof(question->problem), "%s", entry.problem);
    return ROLL_ANSWERED;
}

/* Waits until the socket is connected. Returns 0, or an errno. */
static int wait_for_connection(int socket)
{
    struct pollfd ready = {.fd = socket, .events = POLLOUT};

    return poll(&ready, 1, DIAL_MS) == 1 ? roll_socket_outcome(socket) : ETIMEDOUT;
}

static enum roll_answer ask_at(struct roll_question *question, const char *node,
                               const struct resolved_address *address)
{
    enum roll_answer answer = ROLL_NOBODY_THERE;
    int socket = roll_socket_connect(address);
    int status = socket < 0 ? errno : wait_for_connection(socket);
    char place[RESOLVED_TEXT_SIZE];

    if (status == 0) {
        answer = hear_answer(question, socket);
    } else if (status != ECONNREFUSED) {
        answer = ROLL_OUT_OF_REACH;
        resolved_text(address, place);
        snprintf(question->why, sizeof(question->why),
                 "%.100s does not get through to %.100s at %s, %s", question->call->node,
                 node, place, strerror(status));
    }
    if (socket >= 0)
        close(socket);
    return answer;
}

enum roll_answer roll_question_ask(struct roll_question *question, const char *node)
{
    struct deadline soon = deadline_after(DIAL_MS);
    char cause[RESOLVE_CAUSE_SIZE];
    struct resolved resolved;

    if (resolve(&resolved, node, question->call->port, &soon, cause) == 0)
        return ask_at(question, node, &resolved.addresses[0]);
    snprintf(question->why, sizeof(question->why), "%.100s cannot resolve %.100s: %s",
             question->call->node, node, cause);
    return ROLL_OUT_OF_REACH;
}
