/* silence.h: tells the keeper when the file server does not answer, and answers again.
 *
 * A server is silent when a call has waited for CLIENT_SILENT_MS and no other was
 * answered meanwhile, or when no connection could be made for as long. While it is
 * silent, and no call is under way by which its return would be noticed, it is asked for
 * nothing (a NULL call) now and then.
 */
#ifndef ATELIER_NFS_SILENCE_H
#define ATELIER_NFS_SILENCE_H

#include "nfs/call/connection.h"

struct silence {
    long long began;  /* clock_milliseconds; 0: the keeper knows of no silence */
    long long told;   /* when the keeper was last told of it */
    long long retry;  /* when a keeper that was busy may be told again */
    long long probed; /* when the server was last asked for nothing */
};

/* Returns since when (clock_milliseconds) the server has owed an answer and given none to
 * anybody, or, if no call waits, since when there is no connection. 0: there is nothing
 * to wait for. */
long long silence_since(const struct connection *connections, unsigned count);

/* Returns for how many milliseconds there is nothing to do; -1: until something
 * happens. */
int silence_wait(const struct silence *silence, const struct connection *connections,
                 unsigned count, long long now);

/* Tells the keeper, at `socket`, what is new, and asks the server if need be. */
void silence_service(struct silence *silence, struct connection *connections,
                     unsigned count, int socket, long long now);

#endif
