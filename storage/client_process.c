/* client_process.c: starts an NFS client as the keeper's child, and ends it. */
#include "client_process.h"
#include "message.h"
#include "process.h"
#include "system.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(CLIENT_SOCKET == PROCESS_SOCKET, "the client looks for its socket there");

#define SAID_SIZE 1024

static const struct client_process none = {.socket = -1, .said = -1};

void client_process_init(struct client_process *client)
{
    *client = none;
}

/* Forks the client. Its standard error is memory, which keeps the words of a loader that
 * does not find a library. On a node without room for that, the client runs without. */
static pid_t run(struct client_process *client, int socket)
{
    char *words[] = {client->program, NULL};
    char *environment[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    pid_t child;

    client->said = memfd_create("atelier-nfs", MFD_CLOEXEC);
    ending_begin(&client->ending, client->program);
    ending_share(&client->ending);
    child = process_fork_saying(socket, client->said);
    if (child == 0)
        ending_exec(&client->ending, words, environment);
    return child;
}

int client_process_start(struct client_process *client, const char *program,
                         struct error *error)
{
    int sockets[2];
    pid_t child;

    snprintf(client->program, sizeof(client->program), "%s", program);
    if (system_calls.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "cannot make a socket pair: %s",
                         strerror(errno));
    child = run(client, sockets[1]);
    close(sockets[1]);
    client->socket = sockets[0];
    if (child < 0)
        return error_set(error, ERROR_NODE, "cannot start the NFS client: %s",
                         strerror(errno));
    client->process = child;
    return 0;
}

static const char *read_said(const struct client_process *client, char words[SAID_SIZE])
{
    ssize_t length = client->said < 0 ? 0 : pread(client->said, words, SAID_SIZE - 1, 0);

    words[length > 0 ? length : 0] = '\0';
    return words;
}

const char *client_process_describe(struct client_process *client, char *text,
                                    size_t size)
{
    char words[SAID_SIZE];

    if (*client->last_word) {
        snprintf(text, size, "the client ended: %s", client->last_word);
        return text;
    }
    if (process_ended(&client->process, &client->ending))
        return ending_describe(&client->ending, read_said(client, words), text, size);
    if (process_is_stopped(client->process))
        snprintf(text, size, "%s was stopped by a signal, and then ended by its keeper",
                 client->program);
    else if (client->pings >= CLIENT_PINGS_MOST)
        snprintf(text, size,
                 "%s gave no sign of life for %d s, and was ended by its keeper",
                 client->program, CLIENT_PINGS_MOST * CLIENT_PING_MS / 1000);
    else
        snprintf(text, size, "%s closed its socket", client->program);
    return text;
}

int client_process_explain(struct client_process *client, const char *whose,
                           struct error *error)
{
    char words[SAID_SIZE], text[ENDING_TEXT_SIZE];
    bool was_not_run;

    if (!process_ended(&client->process, &client->ending))
        return error_set(error, ERROR_NODE,
                         "the NFS client of %s sent what is no answer: install %s of the "
                         "same release as the keeper's",
                         whose, client->program);
    ending_describe(&client->ending, read_said(client, words), text, sizeof(text));
    was_not_run = ending_was_not_run(&client->ending, words);
    return error_set(error, ERROR_NODE, "the NFS client of %s: %s%s", whose, text,
                     was_not_run ? "; install Atelier on this node as on the others"
                                 : "");
}

void client_process_settle(struct client_process *client)
{
    if (client->said >= 0)
        close(client->said);
    client->said = -1;
    ending_release(&client->ending);
}

/* Sends a ping. A client whose socket is full counts as one that does not answer. */
static void ping(struct client_process *client)
{
    struct deadline now = deadline_after(0);

    message_hand(client->socket, client_message_ping(), -1, &now, NULL);
    client->pings++;
}

void client_process_hear(struct client_process *client, const struct client_told *told)
{
    client->pings = 0;
    if (told->word == CLIENT_ENDS && told->why)
        snprintf(client->last_word, sizeof(client->last_word), "%s", told->why);
}

bool client_process_is_well(struct client_process *client)
{
    if (client->process <= 0)
        return true;
    if (process_is_stopped(client->process) || client->pings >= CLIENT_PINGS_MOST)
        return false;
    ping(client);
    return true;
}

void client_process_kill(struct client_process *client)
{
    if (client->process > 0)
        process_kill(client->process);
    if (client->socket >= 0)
        close(client->socket);
    client_process_settle(client);
    *client = none;
}
