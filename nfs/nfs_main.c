/* nfs_main.c: atelier-nfs, the user-space NFS client of one file server and one job.
 *
 * The keeper starts it and speaks to it over CLIENT_SOCKET (client_protocol.h); nobody
 * else has a reason to. It takes no arguments and no environment. Started without the
 * socket, as `atelier doctor` does, it says on the standard error what on this machine
 * keeps it from serving a volume.
 */
#include "lib/message.h"
#include "lib/protocol/client_message.h"
#include "nfs/call/caller.h"
#include "nfs/client.h"
#include "nfs/greeting.h"
#include "nfs/lock/unlock.h"
#include "nfs/privileges.h"
#include "nfs/session.h"

#include <fcntl.h>
#include <malloc.h>
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REQUEST_MS 10000 /* for the keeper's first request to come */

/* Receives the keeper's request; what it says of the locks comes before. */
static int receive(struct client *client, struct record **request, int *fd,
                   const struct deadline *deadline, struct error *error)
{
    if (message_receive(client->keeper, request, fd, deadline, error) < 0)
        return -1;
    if (client_message_request(*request) != CLIENT_LOCKS)
        return 0;
    client->list = *fd;
    if (client_read_locks(client, *request, error) < 0)
        return -1;
    record_destroy(*request);
    return message_receive(client->keeper, request, fd, deadline, error);
}

/* Reads the request in any case: were a client to end with it unread, the keeper would
 * get ECONNRESET in place of the client's answer. */
static int start(struct client *client, pid_t parent, struct error *error)
{
    struct deadline deadline = deadline_after(REQUEST_MS);
    struct record *request = NULL;
    int result = privileges_detach(client->keeper, error), processes;

    if (receive(client, &request, &processes, &deadline, error) < 0)
        return -1;
    if (processes >= 0)
        caller_look_in(processes);
    if (result == 0)
        result = client_read_request(client, request, error);
    record_destroy(request);
    client->server.unprivileged = geteuid() != 0;
    if (result < 0 || privileges_drop(&client->server, client->id, parent, error) < 0)
        return -1;
    return client->is_to_unlock ? 0 : client_connect(client, error);
}

/* Keeps freed memory. Buffers of a transfer's size come and go all the time: given back
 * to the system, they would be zeroed pages at the next use, which is more work than the
 * transfer. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 4 * CLIENT_TRANSFER_MAX);
    mallopt(M_TRIM_THRESHOLD, 32 * CLIENT_TRANSFER_MAX);
    mallopt(M_ARENA_MAX, 1);
}

static int say_what_is_missing(void)
{
    struct error error = {0};

    if (session_try(&error) == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "%s\n", error.text);
    return EXIT_FAILURE;
}

int main(void)
{
    static struct client client = {.keeper = CLIENT_SOCKET, .list = -1};
    struct error error = {0};
    int status = EXIT_FAILURE;

    greeting_hear_libfuse();
    if (fcntl(CLIENT_SOCKET, F_GETFD) < 0)
        return say_what_is_missing();
    keep_memory();
    /* libnfs looks up every reserved port that it takes, to leave services' ports alone.
     * This keeps that from asking a directory service and loading its library. */
    __nss_configure_lookup("services", "files");
    if (start(&client, getppid(), &error) < 0)
        client_report_failure(&client, &error);
    else if (!client.is_to_unlock)
        status = client_serve(&client);
    else
        unlock_all(&client);
    client_release(&client);
    return status;
}
