/* crowd.h: tells the keeper that the kernel remembers too many inodes.
 *
 * These are more than prune.h allows, which only the keeper can change; the message also
 * counts the requests that were refused for it.
 */
#ifndef ATELIER_NFS_CROWD_H
#define ATELIER_NFS_CROWD_H

#include "nfs/back_off.h"
#include "nfs/volume.h"

struct crowd {
    unsigned long told;    /* refused requests that the keeper knows of */
    long long again;       /* clock_milliseconds: not before */
    struct back_off pause; /* before the message after the next one */
};

/* Returns for how many milliseconds there is nothing to tell of the `count` volumes of
 * one file server; -1: until something happens. */
int crowd_wait(const struct crowd *crowd, const struct volume *volumes, size_t count,
               long long now);

/* Tells the keeper, at `socket`, when there is something to tell. */
void crowd_service(struct crowd *crowd, const struct volume *volumes, size_t count,
                   int socket, long long now);

#endif
