/* server.c: connects to the file server, as the job's user. */
#include "nfs/server.h"

#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Lives until both the resolver and the thread that waits for it are done with it. */
struct server_lookup {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int users;
    bool finished;
    int failure; /* of getaddrinfo */
    char host[PLAN_HOST_MAX + 1];
    char address[INET6_ADDRSTRLEN];
};

static struct server_lookup *lookup_create(const char *host)
{
    struct server_lookup *lookup = calloc(1, sizeof(*lookup));
    pthread_condattr_t monotonic;

    if (!lookup)
        return NULL;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&lookup->mutex, NULL);
    pthread_cond_init(&lookup->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    snprintf(lookup->host, sizeof(lookup->host), "%s", host);
    lookup->users = 2;
    return lookup;
}

static void lookup_leave(struct server_lookup *lookup)
{
    int users;

    pthread_mutex_lock(&lookup->mutex);
    users = --lookup->users;
    pthread_mutex_unlock(&lookup->mutex);
    if (users > 0)
        return;
    pthread_mutex_destroy(&lookup->mutex);
    pthread_cond_destroy(&lookup->changed);
    free(lookup);
}

static void *run_lookup(void *data)
{
    struct server_lookup *lookup = data;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char address[INET6_ADDRSTRLEN] = "";
    int failure = getaddrinfo(lookup->host, NULL, &hints, &found);

    if (!failure)
        failure = getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof(address),
                              NULL, 0, NI_NUMERICHOST);
    if (found)
        freeaddrinfo(found);
    pthread_mutex_lock(&lookup->mutex);
    memcpy(lookup->address, address, sizeof(address));
    lookup->failure = failure;
    lookup->finished = true;
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->mutex);
    lookup_leave(lookup);
    return NULL;
}

static int lookup_wait(struct server_lookup *lookup, struct server *server,
                       const struct deadline *deadline, struct error *error)
{
    int expired = 0;
    int result = 0;

    pthread_mutex_lock(&lookup->mutex);
    while (!lookup->finished && !expired)
        expired = pthread_cond_timedwait(&lookup->changed, &lookup->mutex, &deadline->at);
    if (!lookup->finished)
        result = error_set(error, ERROR_STORAGE,
                           "the address of file server `%s` (%s) was not found in time; "
                           "check the node's name service",
                           server->entry.name, server->entry.host);
    else if (lookup->failure)
        result = error_set(error, ERROR_STORAGE,
                           "file server `%s` (%s) has no address: %s; check the host's "
                           "name in the policy and the node's name service",
                           server->entry.name, server->entry.host,
                           gai_strerror(lookup->failure));
    else
        memcpy(server->address, lookup->address, sizeof(server->address));
    pthread_mutex_unlock(&lookup->mutex);
    return result;
}

int server_resolve(struct server *server, const struct deadline *deadline,
                   struct error *error)
{
    struct server_lookup *lookup = lookup_create(server->entry.host);
    pthread_t thread;
    int result;

    if (!lookup)
        return error_set(error, ERROR_NODE, "out of memory");
    if (pthread_create(&thread, NULL, run_lookup, lookup) != 0) {
        lookup->users = 1;
        lookup_leave(lookup);
        return error_set(error, ERROR_NODE, "cannot start a thread for the resolver");
    }
    pthread_detach(thread);
    result = lookup_wait(lookup, server, deadline, error);
    lookup_leave(lookup);
    return result;
}

bool server_is_trusting(const struct server *server, struct rpc_context *rpc)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof(own);
    in_port_t port;

    if (server->unprivileged)
        return true;
    if (getsockname(rpc_get_fd(rpc), (struct sockaddr *)&own, &size) < 0)
        return false;
    port = own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
                                     : ((struct sockaddr_in *)&own)->sin_port;
    return ntohs(port) < IPPORT_RESERVED;
}

struct rpc_context *server_context(const struct server *server)
{
    struct rpc_context *rpc = rpc_init_context();
    char host[64] = "";
    struct AUTH *auth;

    if (!rpc)
        return NULL;
    gethostname(host, sizeof(host) - 1);
    auth = libnfs_authunix_create(host, server->uid, server->gid, server->group_count,
                                  (uint32_t *)server->groups);
    if (!auth) {
        rpc_destroy_context(rpc);
        return NULL;
    }
    rpc_set_auth(rpc, auth);
    return rpc;
}
