/* resolve.c: asks for a node's addresses in a child that can be given up. */
#include "lib/roll/resolve.h"

#include "lib/errand.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct resolve_answer {
    int status; /* of getaddrinfo */
    struct resolved resolved;
};

static void ask(struct resolve_answer *answer, const char *node, unsigned port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    struct resolved *resolved = &answer->resolved;
    struct addrinfo *list = NULL;
    char service[16];

    snprintf(service, sizeof(service), "%u", port);
    answer->status = getaddrinfo(node, service, &hints, &list);
    for (struct addrinfo *each = list; each && resolved->count < RESOLVED_MAX;
         each = each->ai_next) {
        struct resolved_address *place = &resolved->addresses[resolved->count++];

        memcpy(&place->address, each->ai_addr, each->ai_addrlen);
        place->length = each->ai_addrlen;
    }
}

struct resolve_request {
    const char *node;
    unsigned port;
};

static int answer_as_child(const void *data)
{
    const struct resolve_request *request = data;
    struct resolve_answer answer = {.status = EAI_FAIL};

    ask(&answer, request->node, request->port);
    return write(PROCESS_SOCKET, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1;
}

int resolve(struct resolved *resolved, const char *node, unsigned port,
            const struct deadline *deadline, char cause[RESOLVE_CAUSE_SIZE])
{
    const struct resolve_request request = {node, port};
    struct resolve_answer answer = {.status = EAI_AGAIN};
    struct error error = {.party = ERROR_NONE};
    struct errand errand;
    int status;

    if (errand_start(&errand, "the question for the address", answer_as_child, &request,
                     &error) < 0) {
        snprintf(cause, RESOLVE_CAUSE_SIZE, "%.*s", RESOLVE_CAUSE_SIZE - 1, error.text);
        return -1;
    }
    status = errand_receive(&errand, &answer, sizeof(answer), deadline);
    errand_kill(&errand);
    if (status < 0)
        snprintf(cause, RESOLVE_CAUSE_SIZE, "no answer from the name servers");
    else if (answer.status != 0)
        snprintf(cause, RESOLVE_CAUSE_SIZE, "%s", gai_strerror(answer.status));
    *resolved = answer.resolved;
    return status == 0 && answer.status == 0 ? 0 : -1;
}

void resolved_text(const struct resolved_address *address, char text[RESOLVED_TEXT_SIZE])
{
    if (getnameinfo((const struct sockaddr *)&address->address, address->length, text,
                    RESOLVED_TEXT_SIZE, NULL, 0, NI_NUMERICHOST) != 0)
        strcpy(text, "?");
}
