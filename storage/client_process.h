/* client_process.h: the process of an NFS client, as the keeper's child.
 *
 * What becomes of it is known from the system, not guessed from the server: whether it
 * could be run, was killed or failed, and what it or its loader wrote.
 */
#ifndef ATELIER_CLIENT_PROCESS_H
#define ATELIER_CLIENT_PROCESS_H

#include "client_message.h"
#include "ending.h"
#include "error.h"
#include "settings.h"

#include <stdbool.h>
#include <sys/types.h>

struct client_process {
    char program[SETTINGS_PATH_SIZE];
    struct ending ending;
    pid_t process;       /* 0: none runs */
    int socket;          /* -1: none */
    unsigned pings;      /* that it has not answered */
    char last_word[128]; /* why it ends, as it told itself; "": it did not */
    int said;            /* its standard error, until it is connected; -1: none */
};

/* None yet. */
void client_process_init(struct client_process *client);

/* Starts `program`. Returns 0; or -1 with `error` filled. To be ended by
 * client_process_kill in both cases. */
int client_process_start(struct client_process *client, const char *program,
                         struct error *error);

/* It is connected: what its loader might have said is not kept any longer. */
void client_process_settle(struct client_process *client);

/* Fills `error` (ERROR_NODE) with why the client, whose socket was closed or said
 * nonsense, is of no use; `whose` is "file server `store` (nfs1)". Returns -1. */
int client_process_explain(struct client_process *client, const char *whose,
                           struct error *error);

/* Writes how the client, whose socket was closed or which is not well, ended or is to be
 * ended. Returns `text`. */
const char *client_process_describe(struct client_process *client, char *text,
                                    size_t size);

/* Whether the process, which serves, is neither stopped nor silent for CLIENT_PINGS_MOST
 * pings; true where none runs. Asks it for the next sign of life, which is to be
 * heard. Time in which the caller itself stood still does not count against it. */
bool client_process_is_well(struct client_process *client);

/* It gave `word` as a sign of life, or as its last one. */
void client_process_hear(struct client_process *client, const struct client_told *told);

/* Kills the process, if there is one, and closes the socket. */
void client_process_kill(struct client_process *client);

#endif
