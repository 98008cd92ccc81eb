/* client.h: the whole client: what the keeper asked for (client_request.c), and the loop
 * that serves it. */
#ifndef ATELIER_NFS_CLIENT_H
#define ATELIER_NFS_CLIENT_H

#include "client_protocol.h"
#include "connection.h"
#include "crowd.h"
#include "lock_service.h"
#include "pages.h"
#include "record.h"
#include "silence.h"
#include "unsafe.h"
#include "volume.h"
#include "writes.h"

struct client {
    int keeper; /* the socket */
    int deadline_ms;
    uid_t id; /* to be this process's own, where it was started by root; else 0 */
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
    bool local_locks; /* the policy's word: no lock service */
    struct lock_service locks;
    char caller[CLIENT_CALLER_SIZE]; /* our name to the lock manager; "" for any */
    int list;                        /* of our locks (lock_list.h); -1: none */
    bool is_to_unlock;               /* not to serve, but to give up the list's locks */
    const char *culprit; /* the volume that a failed preflight is about, or NULL */
};

/* Fills `client`, whose list has come with it, from what the keeper says of its locks.
 * Returns 0; or -1 with `error` filled. */
int client_read_locks(struct client *client, const struct record *request,
                      struct error *error);

/* Fills `client` from the keeper's request to connect or to unlock. Returns 0; or -1 with
 * `error` filled when the request is malformed: nothing of it is guessed. */
int client_read_request(struct client *client, const struct record *request,
                        struct error *error);

/* Connects and asks for all volumes. Returns 0; or -1 with `error` filled. */
int client_connect(struct client *client, struct error *error);

/* Says that it is ready, and answers the keeper and the kernel until the keeper says stop
 * or is gone. Returns the process's exit status. */
int client_serve(struct client *client);

/* Tells the keeper that it failed, with the sentence. */
void client_report_failure(const struct client *client, const struct error *error);

void client_release(struct client *client);

#endif
