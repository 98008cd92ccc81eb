/* join.c: joins the job whose keeper listens at SOCKET, as a step does.
 *
 *     join SOCKET [COMMAND ...]
 *
 * It prints the answer, "key=value" lines, and then runs COMMAND inside the job's
 * namespace. */
#include "lib/message.h"
#include "lib/protocol/keeper_protocol.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ask(int socket, struct record **answer, int *namespace_fd)
{
    struct deadline deadline = deadline_after(KEEPER_JOIN_MS);
    struct record *request = record_create();
    struct error error = {0};
    int status = -1;

    record_set(request, "request", "join");
    if (message_send(socket, request, -1, &deadline, &error) == 0)
        status = message_receive(socket, answer, namespace_fd, &deadline, &error);
    if (status < 0)
        fprintf(stderr, "join: %s\n", error.text);
    record_destroy(request);
    return status;
}

int main(int count, char *words[])
{
    struct record *answer;
    int socket, namespace_fd = -1;

    if (count < 2)
        return 2;
    socket = message_connect(words[1]);
    if (socket < 0) {
        fprintf(stderr, "join: %s: %s\n", words[1], strerror(errno));
        return 1;
    }
    if (ask(socket, &answer, &namespace_fd) != 0)
        return 1;
    for (size_t i = 0; i < record_count(answer); i++)
        printf("%s=%s\n", record_key(answer, i), record_value(answer, i));
    fflush(stdout);
    record_destroy(answer);
    if (count == 2)
        return 0;
    if (unshare(CLONE_FS) < 0 || setns(namespace_fd, CLONE_NEWNS) < 0) {
        fprintf(stderr, "join: cannot enter: %s\n", strerror(errno));
        return 1;
    }
    execvp(words[2], words + 2);
    return 127;
}
