/* client_process.h: the process of an NFS client, as the keeper's child.
 *
 * The keeper knows from the system what becomes of the process, and need not guess it
 * from the server: whether it could be run, was killed or failed, and what it or its
 * loader wrote.
 */
#ifndef ATELIER_CLIENT_PROCESS_H
#define ATELIER_CLIENT_PROCESS_H

#include "lib/error.h"
#include "lib/program.h"
#include "lib/protocol/client_message.h"
#include "lib/settings.h"

#include <stdbool.h>

struct client_process {
    char path[SETTINGS_PATH_SIZE];
    struct program program;
    int socket;          /* -1: none */
    unsigned pings;      /* pings that it has not answered */
    char last_word[128]; /* why it ends, in its own words; "": it gave none */
    int said;            /* its standard error, until it is connected; -1: none */
};

/* Sets `client` to having no process yet. */
void client_process_init(struct client_process *client);

/* Starts the program at `path`. Returns 0; or -1 with `error` filled. In both cases
 * client_process_kill is to be called at the end. */
int client_process_start(struct client_process *client, const char *path,
                         struct error *error);

/* Is called once the client is connected: what its loader might have said is dropped. */
void client_process_settle(struct client_process *client);

/* Fills `error` (ERROR_NODE) with why the client is of no use, after its socket was
 * closed or said nonsense; `whose` is "file server `store` (nfs1)". Returns -1. */
int client_process_explain(struct client_process *client, const char *whose,
                           struct error *error);

/* Fills `error` (ERROR_NODE) with both releases, after an answer that is foreign. Returns
 * -1. */
int client_process_refuse(const struct client_process *client, const char *whose,
                          const struct client_answer *answer, struct error *error);

/* Writes how the client ended, or is to be ended, after its socket was closed or it was
 * found not to be well. Returns `text`. */
const char *client_process_describe(struct client_process *client, char *text,
                                    size_t size);

/* Returns whether the serving process is neither stopped nor silent for CLIENT_PINGS_MOST
 * pings; true where none runs. It also asks for the next sign of life, for
 * client_process_hear. Time in which the caller itself stood still does not count against
 * the process. */
bool client_process_is_well(struct client_process *client);

/* Takes what the client `told` as a sign of life, or as its last word. */
void client_process_hear(struct client_process *client, const struct client_told *told);

/* Kills the process, if there is one, and closes the socket. */
void client_process_kill(struct client_process *client);

#endif
