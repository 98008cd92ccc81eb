/* client_process.c: starts an NFS client as the keeper's child, and ends it. */
#include "storage/client/client_process.h"

#include "lib/message.h"
#include "lib/protocol/release.h"

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

/* Starts the client. Its standard error is memory, which keeps the words of a loader that
 * does not find a library. On a node without room for that, the client runs without. */
static int run(struct client_process *client, int socket)
{
    char *words[] = {client->path, NULL};
    char *environment[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    struct program_way way = {
        .words = words,
        .environment = environment,
        .process = {.kept = socket,
                    .rules = PROCESS_ALONE | PROCESS_BOUND | PROCESS_MORTAL}};

    client->said = way.process.errors = memfd_create("atelier-nfs", MFD_CLOEXEC);
    return program_start(&client->program, &way);
}

int client_process_start(struct client_process *client, const char *path,
                         struct error *error)
{
    int sockets[2], status;

    snprintf(client->path, sizeof(client->path), "%s", path);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "cannot make a socket pair: %s",
                         strerror(errno));
    status = run(client, sockets[1]);
    close(sockets[1]);
    client->socket = sockets[0];
    if (status < 0)
        error_set(error, ERROR_NODE, "cannot start the NFS client: %s", strerror(errno));
    return status;
}

static const char *read_said(const struct client_process *client, char words[SAID_SIZE])
{
    return said_in_file(client->said, false, words, SAID_SIZE);
}

const char *client_process_describe(struct client_process *client, char *text,
                                    size_t size)
{
    char words[SAID_SIZE];

    if (*client->last_word) {
        snprintf(text, size, "the client ended: %s", client->last_word);
        return text;
    }
    if (process_ended(&client->program.process, &client->program.ending))
        return ending_describe(&client->program.ending, read_said(client, words), text,
                               size);
    if (process_is_stopped(client->program.process))
        snprintf(text, size, "%s was stopped by a signal, and then ended by its keeper",
                 client->path);
    else if (client->pings >= CLIENT_PINGS_MOST)
        snprintf(text, size,
                 "%s gave no sign of life for %d s, and was ended by its keeper",
                 client->path, CLIENT_PINGS_MOST * CLIENT_PING_MS / 1000);
    else
        snprintf(text, size, "%s closed its socket", client->path);
    return text;
}

int client_process_refuse(const struct client_process *client, const char *whose,
                          const struct client_answer *answer, struct error *error)
{
    char its[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE];

    return error_set(error, ERROR_NODE,
                     "the NFS client of %s is %s, and the keeper %s, which do not "
                     "understand each other: install %s of the keeper's release",
                     whose, release_name(its, answer->release, answer->protocol),
                     release_name(ours, RELEASE, CLIENT_PROTOCOL), client->path);
}

int client_process_explain(struct client_process *client, const char *whose,
                           struct error *error)
{
    char words[SAID_SIZE], text[ENDING_TEXT_SIZE];
    bool was_not_run;

    if (!process_ended(&client->program.process, &client->program.ending))
        return error_set(error, ERROR_NODE,
                         "the NFS client of %s sent what is no answer: install %s of the "
                         "same release as the keeper's",
                         whose, client->path);
    ending_describe(&client->program.ending, read_said(client, words), text,
                    sizeof(text));
    was_not_run = ending_was_not_run(&client->program.ending, words);
    return error_set(error, ERROR_NODE, "the NFS client of %s: %s%s", whose, text,
                     was_not_run ? "; install Atelier on this node as on the others"
                                 : "");
}

void client_process_settle(struct client_process *client)
{
    if (client->said >= 0)
        close(client->said);
    client->said = -1;
    program_release(&client->program);
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
    if (client->program.process <= 0)
        return true;
    if (process_is_stopped(client->program.process) || client->pings >= CLIENT_PINGS_MOST)
        return false;
    ping(client);
    return true;
}

void client_process_kill(struct client_process *client)
{
    program_kill(&client->program);
    if (client->socket >= 0)
        close(client->socket);
    client_process_settle(client);
    *client = none;
}
