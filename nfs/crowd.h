/* crowd.h: tells the keeper that the kernel remembers more of the volumes than prune.h
 * allows, which only the keeper can change; and that requests were refused for it. */
#ifndef ATELIER_NFS_CROWD_H
#define ATELIER_NFS_CROWD_H

#include "nfs/volume.h"

struct crowd {
    unsigned long told; /* refused requests that the keeper knows of */
    long long again;    /* clock_milliseconds: not before */
    int pause_ms;       /* before the word after the next one */
};

/* For how long nothing is to be told, in milliseconds; -1: until something happens. Of
 * the `count` volumes of one file server. */
int crowd_wait(const struct crowd *crowd, const struct volume *volumes, size_t count,
               long long now);

/* Tells the keeper, at `socket`, when there is something to tell. */
void crowd_service(struct crowd *crowd, const struct volume *volumes, size_t count,
                   int socket, long long now);

#endif
