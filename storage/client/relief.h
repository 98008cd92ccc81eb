/* relief.h: lets a kernel forget inodes that it remembers too many of.
 *
 * The client asks for it (client_protocol.h, tell=crowd), and the keeper does it.
 */
#ifndef ATELIER_RELIEF_H
#define ATELIER_RELIEF_H

#include "lib/protocol/client_message.h"

#include <stdbool.h>
#include <sys/types.h>

struct relief {
    size_t volume; /* the index of the volume that the client told of last */
    unsigned long inodes, refused;
    bool is_logged;
    pid_t child; /* lets the kernel forget; 0: there is none */
};

/* Takes note of what a client tells of its crowded kernel (CLIENT_CROWD). */
void relief_take(struct relief *relief, const struct client_told *told);

/* Lets the kernel forget the names of the volume mounted at `path`, unless that is being
 * done. A child does it, since it may wait for the file server. */
void relief_begin(struct relief *relief, const char *path);

/* Reap the child if it has ended; and end it. */
void relief_reap(struct relief *relief);
void relief_end(struct relief *relief);

#endif
