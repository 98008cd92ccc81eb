/* resolve.c: asks for a node's addresses in a child that can be given up. */
#include "lib/roll/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
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

/* Writes the whole answer or nothing: it fits into the pipe. */
static void answer_as_child(int fd, const char *node, unsigned port)
{
    struct resolve_answer answer = {.status = EAI_FAIL};

    ask(&answer, node, port);
    _exit(write(fd, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
}

/* Returns -1 when no answer came by the deadline. */
static int read_answer(int fd, struct resolve_answer *answer,
                       const struct deadline *deadline)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int status;

    do
        status = poll(&ready, 1, deadline_left(deadline));
    while (status < 0 && errno == EINTR);
    return status == 1 && read(fd, answer, sizeof(*answer)) == sizeof(*answer) ? 0 : -1;
}

int resolve(struct resolved *resolved, const char *node, unsigned port,
            const struct deadline *deadline, char cause[RESOLVE_CAUSE_SIZE])
{
    struct resolve_answer answer = {.status = EAI_AGAIN};
    int ends[2], status;
    pid_t child;

    if (pipe(ends) < 0 || (child = fork()) < 0) {
        snprintf(cause, RESOLVE_CAUSE_SIZE, "%s", strerror(errno));
        return -1;
    }
    if (child == 0)
        answer_as_child(ends[1], node, port);
    close(ends[1]);
    status = read_answer(ends[0], &answer, deadline);
    close(ends[0]);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
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
