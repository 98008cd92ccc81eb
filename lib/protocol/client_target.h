/* client_target.h: what an NFS client is to connect to, and as whom: the requests to
 * connect and to unlock of client_protocol.h, written and read. */
#ifndef ATELIER_CLIENT_TARGET_H
#define ATELIER_CLIENT_TARGET_H

#include "lib/error.h"
#include "lib/protocol/file_server.h"
#include "lib/protocol/client_protocol.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>

#define CLIENT_UNSAID (-1L) /* of `inodes`: the client's own rule holds */

/* One export. */
struct client_export {
    const char *name, *path; /* the volume's name, and the path at the server */
    bool read_only, is_probed;
};

struct client_target {
    struct file_server server;
    const char *groups; /* comma-separated */
    long deadline_ms, uid, gid;
    long root_ms; /* the longest that a task of root's waits, soft or hard */
    long id;      /* the id that the client takes on; 0: its own */
    struct client_export exports[CLIENT_VOLUMES_MAX];
    size_t export_count;
    /* Of tests, and never written. */
    long inodes;
    bool prunes_not;
};

/* Makes it a target with what holds where nothing is said. */
void client_target_init(struct client_target *target);

/* Return a new record, for the caller to send; NULL when memory is short or it does not
 * fit. */
struct record *client_target_connect(const struct client_target *target);
struct record *client_target_unlock(const struct client_target *target);

/* Reads either of them; the texts are those of `request`. Returns 0; or -1 with `error`
 * filled (ERROR_NODE) when it is malformed: nothing of it is guessed. */
int client_target_read(struct client_target *target, const struct record *request,
                       struct error *error);

#endif
