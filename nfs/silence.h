/* silence.h: tells the keeper that the file server does not answer, and that it does
 * again.
 *
 * It is silent when a call has waited for CLIENT_SILENT_MS and no other was answered
 * meanwhile, or when no connection could be made for as long. While it is, and no call is
 * under way by which its return would be noticed, it is asked now and then for nothing.
 */
#ifndef ATELIER_NFS_SILENCE_H
#define ATELIER_NFS_SILENCE_H

#include "nfs/call/connection.h"

struct silence {
    long long began;  /* clock_milliseconds; 0: the keeper knows of none */
    long long told;   /* when the keeper last heard of it */
    long long retry;  /* when a keeper that was busy may be told again */
    long long probed; /* when the server was last asked for nothing */
};

/* Since when (clock_milliseconds) the server has owed an answer and given none to
 * anybody, or, if no call waits, there was no connection. 0: there is nothing to wait
 * for. */
long long silence_since(const struct connection *connections, unsigned count);

/* For how long nothing is to be done, in milliseconds; -1: until something happens. */
int silence_wait(const struct silence *silence, const struct connection *connections,
                 unsigned count, long long now);

/* Tells the keeper, at `socket`, what is new, and asks the server if need be. */
void silence_service(struct silence *silence, struct connection *connections,
                     unsigned count, int socket, long long now);

#endif
