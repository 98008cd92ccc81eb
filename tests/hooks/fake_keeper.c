/* fake_keeper.c: plays a keeper that answers join as the test wants. */
#include "tests/hooks/fake_keeper.h"

#include "lib/message.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 5000
#define SLOW_MS 2500 /* more than a step waits */

#define ENDED "ended."

struct behaviour {
    struct record *answer, *ended; /* to join, and to ended */
    const char *namespace_path;    /* NULL: pass none */
    bool fresh, stranger, silent, slow, garbage, dead;
};

/* A descriptor of another kind of namespace has another identity than any mount
 * namespace has; the stub's setns takes it. */
static void read_word(struct behaviour *behaviour, const char *word)
{
    char key[64];
    const char *equals = strchr(word, '=');

    if (strcmp(word, "namespace=other") == 0)
        behaviour->namespace_path = "/proc/self/ns/uts";
    else if (strcmp(word, "namespace=none") == 0)
        behaviour->namespace_path = NULL;
    else if (strcmp(word, "namespace=fresh") == 0)
        behaviour->fresh = true;
    else if (strcmp(word, "stranger") == 0)
        behaviour->stranger = true;
    else if (strcmp(word, "silent") == 0)
        behaviour->silent = true;
    else if (strcmp(word, "slow") == 0)
        behaviour->slow = true;
    else if (strcmp(word, "garbage") == 0)
        behaviour->garbage = true;
    else if (strcmp(word, "dead") == 0)
        behaviour->dead = true;
    else if (equals && (size_t)(equals - word) < sizeof(key)) {
        memcpy(key, word, (size_t)(equals - word));
        key[equals - word] = '\0';
        if (strncmp(key, ENDED, strlen(ENDED)) == 0)
            record_set(behaviour->ended, key + strlen(ENDED), equals + 1);
        else
            record_set(behaviour->answer, key, equals + 1);
    }
}

static void answer(const struct behaviour *behaviour, int client)
{
    struct deadline deadline = deadline_after(WAIT_MS);
    struct record *request = NULL;
    int fd = -1;

    if (message_receive(client, &request, NULL, &deadline, NULL) < 0)
        return;
    if (strcmp(record_get(request, "request"), "ended") == 0)
        message_send(client, behaviour->ended, -1, &deadline, NULL);
    if (strcmp(record_get(request, "request"), "namespace") == 0) {
        poll(NULL, 0, behaviour->slow ? SLOW_MS : 0);
        message_send(client, behaviour->answer, -1, &deadline, NULL);
    }
    if (strcmp(record_get(request, "request"), "join") != 0)
        return;
    if (behaviour->namespace_path)
        fd = open(behaviour->namespace_path, O_RDONLY | O_CLOEXEC);
    if (behaviour->garbage)
        send(client, "=\xff", 2, MSG_NOSIGNAL);
    else if (!behaviour->silent)
        message_send(client, behaviour->answer, fd, &deadline, NULL);
    else
        pause();
    record_destroy(request);
    close(fd);
}

static void serve(const struct behaviour *behaviour, int listener)
{
    struct pollfd waiting = {.fd = listener, .events = POLLIN};

    while (poll(&waiting, 1, WAIT_MS) > 0) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (client < 0)
            break;
        answer(behaviour, client);
        close(client);
    }
}

/* The kernel notes who listens anew with each listen(2). */
static void listen_as_stranger(int listener)
{
    if (seteuid(65534) < 0 || listen(listener, 1) < 0 || seteuid(0) < 0)
        _exit(1);
}

pid_t fake_keeper_start(const char *path, char *const words[], int count)
{
    struct behaviour behaviour = {.answer = record_create(),
                                  .ended = record_create(),
                                  .namespace_path = "/proc/self/ns/mnt"};
    int listener = message_listen(path);
    pid_t process = -1;

    for (int i = 0; i < count; i++)
        read_word(&behaviour, words[i]);
    if (behaviour.stranger)
        listen_as_stranger(listener);
    if (listener >= 0 && !behaviour.dead)
        process = fork();
    if (process == 0) {
        if (!behaviour.fresh || unshare(CLONE_NEWNS) == 0)
            serve(&behaviour, listener);
        _exit(0);
    }
    close(listener);
    record_destroy(behaviour.answer);
    record_destroy(behaviour.ended);
    return process;
}
