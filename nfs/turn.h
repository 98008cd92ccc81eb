/* turn.h: waiting for the next turn of one of the client's two loops. */
#ifndef ATELIER_NFS_TURN_H
#define ATELIER_NFS_TURN_H

#include <poll.h>

/* poll(2); -1 for a turn that is to be left out. A loop that can wait no more would try
 * for ever: then the keeper is told why, and the process ends. */
int turn_wait(struct pollfd *sockets, nfds_t count, int milliseconds);

#endif
