/* unsafe.h: tells the keeper which data of ended programs the server has not made safe.
 *
 * A program that closes a file waits until the server has all of it, and is told what
 * went wrong. A program that is killed does not wait, nor does one that ends wait for
 * long while the server says nothing. What they wrote is still sent, and is lost when the
 * job ends first. Then only the keeper can tell the job's user.
 */
#ifndef ATELIER_NFS_UNSAFE_H
#define ATELIER_NFS_UNSAFE_H

#include "nfs/volume.h"

#include <stddef.h>
#include <stdint.h>

struct unsafe {
    uint64_t told;   /* bytes of all volumes together */
    long long again; /* clock_milliseconds: not before */
};

/* Returns for how many milliseconds there is nothing to tell of the `count` volumes of
 * one file server; -1: until something happens. */
int unsafe_wait(const struct unsafe *unsafe, const struct volume *volumes, size_t count,
                long long now);

/* Tell the keeper, at `socket`, what has changed: the first at once, the second not too
 * often. */
void unsafe_tell(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                 int socket, long long now);
void unsafe_service(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                    int socket, long long now);

#endif
