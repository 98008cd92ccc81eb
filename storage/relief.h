/* relief.h: what the keeper does for a client whose kernel remembers too much
 * (client_protocol.h, tell=crowd): it lets it forget. */
#ifndef ATELIER_RELIEF_H
#define ATELIER_RELIEF_H

#include "client_message.h"

#include <stdbool.h>
#include <sys/types.h>

struct relief {
    size_t volume; /* that the client told last: index, and what of it */
    unsigned long inodes, refused;
    bool is_logged;
    pid_t child; /* which lets the kernel forget; 0: none */
};

/* Takes note of a client's word that its kernel remembers too much (CLIENT_CROWD). */
void relief_take(struct relief *relief, const struct client_told *told);

/* Lets the kernel forget the names of the volume mounted at `path`, unless that is being
 * done: in a child, since it may wait for the file server. */
void relief_begin(struct relief *relief, const char *path);

/* Takes the child if it has ended; ends it. */
void relief_reap(struct relief *relief);
void relief_end(struct relief *relief);

#endif
