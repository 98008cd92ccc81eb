/* client.h: the whole client: what the keeper asked for, and the loop that serves it.
 *
 * client_request.c reads the keeper's requests, client.c is the loop.
 */
#ifndef ATELIER_NFS_CLIENT_H
#define ATELIER_NFS_CLIENT_H

#include "lib/protocol/client_protocol.h"
#include "lib/record.h"
#include "nfs/call/connection.h"
#include "nfs/crowd.h"
#include "nfs/file/pages.h"
#include "nfs/file/unsafe.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock_service.h"
#include "nfs/silence.h"
#include "nfs/volume.h"

struct client {
    int keeper; /* the keeper's socket */
    int deadline_ms;
    uid_t id; /* the id that this process takes on, where root started it; else 0 */
    struct server server;
    struct volume volumes[CLIENT_VOLUMES_MAX];
    size_t volume_count;
    struct connection connections[SERVER_CONNECTIONS_MAX];
    struct silence silence;
    struct unsafe unsafe;
    struct crowd crowd;
    struct inode_bound inodes; /* of all volumes */
    bool is_partial;           /* see preflight.h */
    struct writeback writeback;
    struct pages pages;
    struct lock_service locks;
    char caller[CLIENT_CALLER_SIZE]; /* our name at the lock manager; "" for any */
    int list;                        /* the descriptor of lock_list.h; -1: none */
    bool is_to_unlock;   /* this client serves nothing, and gives up the list's locks */
    const char *culprit; /* the volume that a failed preflight is about, or NULL */
};

/* Fills `client` from what the keeper says of its locks; the list's descriptor is in it
 * already. Returns 0; or -1 with `error` filled. */
int client_read_locks(struct client *client, const struct record *request,
                      struct error *error);

/* Fills `client` from the keeper's request to connect or to unlock. Returns 0; or -1 with
 * `error` filled when the request is malformed, since nothing in it is guessed. */
int client_read_request(struct client *client, const struct record *request,
                        struct error *error);

/* Connects and asks for all volumes. Returns 0; or -1 with `error` filled. */
int client_connect(struct client *client, struct error *error);

/* Tells the keeper that the client is ready, and answers the keeper and the kernel until
 * the keeper says stop or is gone. Returns the process's exit status. */
int client_serve(struct client *client);

/* Tells the keeper that the client failed, and why. */
void client_report_failure(const struct client *client, const struct error *error);

void client_release(struct client *client);

#endif
