/* file_server.h: the client process of one file server, as the keeper sees it.
 *
 * client_protocol.h says what is said. A client that is slow, silent or dead never makes
 * the keeper wait longer than the deadline that is given.
 */
#ifndef ATELIER_FILE_SERVER_H
#define ATELIER_FILE_SERVER_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "storage/client/client_process.h"
#include "storage/client/lock_note.h"
#include "storage/client/outage.h"
#include "storage/client/relief.h"
#include "storage/volume/kernel_watch.h"

struct identity;

struct file_server {
    const struct plan_volume *volumes[PLAN_VOLUMES_MAX]; /* of the plan, not owned */
    size_t volume_count;
    struct client_process client;
    struct lock_note locks; /* that the client holds at the server */
    struct outage outage;
    struct relief relief;
    unsigned long long unsafe[PLAN_VOLUMES_MAX]; /* bytes, as client_protocol.h has it */
    struct kernel_watch watch; /* of the kernel's client, which tells nothing itself */
    int connect_ms;            /* for connecting to the server */
    struct deadline deadline;  /* of the answer to connect */
};

/* Has neither volumes nor a client yet. */
void file_server_init(struct file_server *server);

/* Starts the client of the server and lets it connect, which goes on while the next one
 * is started. `longest_ms` bounds the volumes' own deadlines. Returns 0, or -1 with
 * `error` filled; the caller ends it by file_server_kill in both cases. */
int file_server_start(struct file_server *server, const struct settings *settings,
                      const struct identity *identity, const struct facts *facts,
                      int longest_ms, struct error *error);

/* Waits until it is connected and every export has answered. Returns 0 or -1 with `error`
 * filled (ERROR_STORAGE). */
int file_server_await(struct file_server *server, struct error *error);

/* Hands over the mounted /dev/fuse descriptor of the server's volume `index` and waits
 * until it is served. The caller closes its own copy. Returns 0 or -1 with `error`
 * filled. */
int file_server_serve(struct file_server *server, size_t index, int fuse,
                      const struct deadline *deadline, struct error *error);

enum hearing {
    HEARING_NOTHING, /* new */
    HEARING_SILENCE, /* the server has begun not to answer: server->outage */
    HEARING_ANSWER,  /* it answers again */
    HEARING_CROWD,   /* its kernel remembers too much: server->relief */
    HEARING_LOSS     /* the client is gone, or says what it must not */
};

/* Reads what the client tells unasked, when its socket is readable. */
enum hearing file_server_hear(struct file_server *server);

/* Asks for the orderly end, without waiting. */
void file_server_stop(struct file_server *server);

/* Waits for the answer to file_server_stop and adds each volume's VOLUME.bytes_read,
 * VOLUME.bytes_written and, where there is a loss, VOLUME.bytes_lost to `report`; kills
 * the process if it has not ended by then. */
void file_server_finish(struct file_server *server, const struct deadline *deadline,
                        struct record *report);

/* Kills the process, if there is one, and closes the socket: whoever waits for one of its
 * volumes gets ENOTCONN. The locks that it held are lock_notes_clear's from now on. */
void file_server_kill(struct file_server *server);

#endif
