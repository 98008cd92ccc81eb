/* server_client.h: the client process of one file server, as the keeper sees it.
 *
 * client_protocol.h has the messages. A client that is slow, silent or dead never makes
 * the keeper wait longer than the deadline that is given.
 */
#ifndef ATELIER_SERVER_CLIENT_H
#define ATELIER_SERVER_CLIENT_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "storage/client/client_process.h"
#include "storage/client/lock_note.h"
#include "storage/client/outage.h"
#include "storage/client/relief.h"

struct identity;

struct server_client {
    const struct plan_volume *volumes[PLAN_VOLUMES_MAX]; /* in the plan, not owned */
    size_t volume_count;
    bool keeps_locks; /* the client takes its volumes' locks from the server */
    struct client_process process;
    struct lock_note locks; /* the locks that the client holds at the server */
    struct outage outage;
    struct relief relief;
    unsigned long long unsafe[PLAN_VOLUMES_MAX]; /* bytes_unsafe of client_protocol.h */
    int connect_ms;                              /* for connecting to the server */
    struct deadline deadline;                    /* of the answer to connect */
};

/* Sets `client` to having neither volumes nor a process. */
void server_client_init(struct server_client *client);

/* Returns the name of the file server. */
const char *server_client_name(const struct server_client *client);

/* Starts the client of the server, which then connects while the next one is started.
 * `longest_ms` bounds the volumes' own deadlines. Returns 0, or -1 with `error` filled;
 * the caller calls server_client_kill in both cases. */
int server_client_start(struct server_client *client, const struct settings *settings,
                        const struct identity *identity, const struct facts *facts,
                        int longest_ms, struct error *error);

/* Waits until the client is connected and every export has answered. Returns 0, or -1
 * with `error` filled (ERROR_STORAGE). */
int server_client_await(struct server_client *client, struct error *error);

/* Hands over the mounted /dev/fuse descriptor of the server's volume `index` and waits
 * until it is served. The caller closes its own copy. Returns 0 or -1 with `error`
 * filled. */
int server_client_serve(struct server_client *client, size_t index, int fuse,
                        const struct deadline *deadline, struct error *error);

enum hearing {
    HEARING_NOTHING, /* nothing new */
    HEARING_SILENCE, /* the server has begun not to answer: client->outage */
    HEARING_ANSWER,  /* the server answers again */
    HEARING_CROWD,   /* the kernel remembers too much of a volume: client->relief */
    HEARING_LOSS     /* the client is gone, or broke the protocol */
};

/* Reads what the client tells unasked, when its socket is readable. */
enum hearing server_client_hear(struct server_client *client);

/* Asks the client to end in order, without waiting. */
void server_client_stop(struct server_client *client);

/* Waits for the answer to server_client_stop and adds each volume's VOLUME.bytes_read,
 * VOLUME.bytes_written and, where there is a loss, VOLUME.bytes_lost to `report`; kills
 * the process if it has not ended by then. */
void server_client_finish(struct server_client *client, const struct deadline *deadline,
                          struct record *report);

/* Kills the process, if there is one, and closes the socket: whoever waits for one of its
 * volumes gets ENOTCONN. What it held of locks is left to lock_notes_clear. */
void server_client_kill(struct server_client *client);

#endif
