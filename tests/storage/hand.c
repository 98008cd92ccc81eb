/* hand.c: hands a mount namespace to the keeper that listens at SOCKET, as the extern
 * step does.
 *
 *     hand SOCKET JOB FILE [DIRECTORY]
 *
 * FILE is opened and sent, DIRECTORY is where Slurm looks for it. It prints the answer,
 * "key=value" lines; without one it fails. */
#include "lib/message.h"
#include "lib/protocol/keeper_message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char *words[])
{
    struct deadline deadline = deadline_after(8000);
    struct error error = {.party = ERROR_NONE};
    struct record *answer = NULL, *request;
    int socket, fd;

    if (count < 4)
        return 2;
    socket = message_connect(words[1]);
    fd = open(words[3], O_RDONLY | O_CLOEXEC);
    if (socket < 0 || fd < 0) {
        fprintf(stderr, "hand: %s\n", strerror(errno));
        return 1;
    }
    request = keeper_message_namespace((unsigned)atoi(words[2]),
                                       count > 4 ? words[4] : "", NULL);
    if (message_hand(socket, request, fd, &deadline, &error) < 0 ||
        message_receive(socket, &answer, NULL, &deadline, &error) < 0) {
        fprintf(stderr, "hand: %s\n", error.text);
        return 1;
    }
    for (size_t i = 0; i < record_count(answer); i++)
        printf("%s=%s\n", record_key(answer, i), record_value(answer, i));
    record_destroy(answer);
    return 0;
}
