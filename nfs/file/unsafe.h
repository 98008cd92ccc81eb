/* unsafe.h: tells the keeper what programs that are gone have written and the server has
 * not made safe.
 *
 * A program that closes a file waits until the server has all of it, and is told what
 * went wrong. One that is killed does not wait, nor for long one that ends while the
 * server says nothing: what they wrote is still tried, and when the job ends first, it is
 * lost. Then nobody but the keeper can tell the job's user.
 */
#ifndef ATELIER_NFS_UNSAFE_H
#define ATELIER_NFS_UNSAFE_H

#include "nfs/volume.h"

#include <stddef.h>
#include <stdint.h>

struct unsafe {
    uint64_t told;   /* bytes, of all volumes together */
    long long again; /* clock_milliseconds: not before */
};

/* For how long nothing is to be told, in milliseconds; -1: until something happens. Of
 * the `count` volumes of one file server. */
int unsafe_wait(const struct unsafe *unsafe, const struct volume *volumes, size_t count,
                long long now);

/* Tells the keeper, at `socket`, what has changed: at once; and when it is not urgent,
 * not too often. */
void unsafe_tell(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                 int socket, long long now);
void unsafe_service(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                    int socket, long long now);

#endif
