/* turn.h: waiting for the next turn of one of the client's two loops. */
#ifndef ATELIER_NFS_TURN_H
#define ATELIER_NFS_TURN_H

#include <poll.h>

/* Waits as poll(2) does; returns -1 for a turn that is to be left out. When waiting fails
 * for good, a loop would go on trying for ever: so the keeper is told why, and the
 * process ends. */
int turn_wait(struct pollfd *sockets, nfds_t count, int milliseconds);

#endif
