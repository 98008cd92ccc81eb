/* turn.c: waits for the next turn of one of the client's two loops. */
#include "nfs/turn.h"

#include "lib/deadline.h"
#include "lib/message.h"
#include "lib/protocol/client_message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MEMORY_TRIES 20
#define MEMORY_PAUSE_MS 100
#define TELL_MS 100

static void end(int cause)
{
    struct deadline deadline = deadline_after(TELL_MS);
    char why[128];

    snprintf(why, sizeof(why), "cannot wait for its sockets: %s", strerror(cause));
    message_hand(CLIENT_SOCKET, client_message_ends(why), -1, &deadline, NULL);
    _exit(EXIT_FAILURE);
}

int turn_wait(struct pollfd *sockets, nfds_t count, int milliseconds)
{
    static const struct timespec pause = {.tv_nsec = MEMORY_PAUSE_MS * 1000000L};
    int ready = poll(sockets, count, milliseconds);

    for (int i = 0; ready < 0 && errno == ENOMEM && i < MEMORY_TRIES; i++) {
        nanosleep(&pause, NULL);
        ready = poll(sockets, count, milliseconds);
    }
    if (ready < 0 && errno != EINTR && errno != EAGAIN)
        end(errno);
    return ready;
}
