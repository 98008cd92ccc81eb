/* file_server.h: a file server, as the policy has it and as our client is told of it. */
#ifndef ATELIER_FILE_SERVER_H
#define ATELIER_FILE_SERVER_H

#include "lib/agreed.h"
#include "lib/protocol/field.h"

#include <stdbool.h>

#define FILE_SERVER_LIKE_THE_KERNEL (-1L)

struct file_server {
    char name[NAME_LENGTH_MAX + 1]; /* in the policy */
    char host[PLAN_HOST_MAX + 1];   /* its host name or address */
    long port;                      /* 0: ask the portmapper */
    long mount_port;                /* of the MOUNT protocol; 0: ask the portmapper */
    long version;                   /* 3 or 4; of 4 our client asks the service alone */
    long connections;               /* 0: the driver chooses */
    bool is_soft;            /* requests fail after timeout_ms; else they wait for ever */
    long timeout_ms;         /* of a soft request, or of a silent connection when hard */
    long attribute_cache_ms; /* 0: no cache; FILE_SERVER_LIKE_THE_KERNEL */
    bool locks_on_node; /* locks hold on this node only; else the server keeps them */
};

/* Its keys, which are the same in the policy and in the request to our client. */
extern const struct field file_server_fields[];

#endif
