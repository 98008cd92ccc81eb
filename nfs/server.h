/* server.h: the file server that this process is a client of, and as whom. */
#ifndef ATELIER_NFS_SERVER_H
#define ATELIER_NFS_SERVER_H

#include "lib/agreed.h"
#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/protocol/file_server.h"
#include "lib/name.h"
#include "lib/protocol/client_protocol.h"

#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SERVER_CONNECTIONS_MAX NFS_CONNECTIONS_MAX
#define SERVER_CONNECTIONS 2 /* when the policy does not say */

struct server {
    struct file_server entry;       /* of the policy; connections is not 0 */
    char address[INET6_ADDRSTRLEN]; /* of the host, once resolved */
    uid_t uid;
    gid_t gid;
    uint32_t groups[CLIENT_GROUPS_MAX];
    unsigned group_count;
    /* The port need not be a reserved one: a user runs `atelier volume test`. */
    bool unprivileged;
    long root_ms; /* the longest that a task of root's waits, soft or hard */
};

/* Finds the address of the server's host. The resolver knows no deadline, so it works in
 * a thread that is left behind when the time is over. Returns 0; or -1 with `error`
 * filled. */
int server_resolve(struct server *server, const struct deadline *deadline,
                   struct error *error);

/* Returns a new RPC context that speaks as the job's user, whoever this process is at the
 * time. NULL when memory is short. */
struct rpc_context *server_context(const struct server *server);

/* Returns whether the connection comes from a port that the server trusts. libnfs takes
 * any port when all reserved ones are in use, and says nothing. */
bool server_is_trusting(const struct server *server, struct rpc_context *rpc);

#endif
