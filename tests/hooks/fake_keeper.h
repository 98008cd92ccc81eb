/* fake_keeper.h: a process that answers join as the test wants. */
#ifndef ATELIER_FAKE_KEEPER_H
#define ATELIER_FAKE_KEEPER_H

#include <sys/types.h>

/* Listens at `path` and gives every client that joins the same answer, `words`:
 * "KEY=VALUE" pairs of the record, and among them
 *
 *     namespace=own     pass the mount namespace of this process (the default)
 *     namespace=fresh   make one and pass it (root only)
 *     namespace=other   pass a namespace that no process of the test is in
 *     namespace=none    pass none
 *     stranger          listen as another user (root only)
 *     silent            take the request and never answer
 *     slow              answer "namespace" later than a step waits
 *     ended.KEY=VALUE   a pair of the answer to `ended`
 *     garbage           answer with bytes that are no record
 *     dead              leave the socket behind, and nobody to listen
 *
 * Returns the process to be killed by the caller, or -1. */
pid_t fake_keeper_start(const char *path, char *const words[], int count);

#endif
