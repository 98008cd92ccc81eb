/* file_server.c: has the table of the keys of a file server. */
#include "lib/protocol/file_server.h"

#define HOST_CHARACTERS \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:%-"

#define AT(member) FIELD_AT(struct file_server, member)

const struct field file_server_fields[] = {
    {"server", FIELD_NAME, AT(name), .is_required = true},
    {"host", FIELD_WORD, AT(host), .is_required = true, .words = HOST_CHARACTERS,
     .fault = "is not a host name or an address"},
    {"port", FIELD_NUMBER, AT(port), .is_required = true, .most = PORT_MAX,
     .fault = "is not a port number"},
    {"mount_port", FIELD_NUMBER, AT(mount_port), .is_required = true, .most = PORT_MAX,
     .fault = "is not a port number"},
    {"version", FIELD_NUMBER, AT(version), .least = NFS_VERSION_LEAST,
     .most = NFS_VERSION_MOST, .otherwise = NFS_VERSION, .fault = "is neither 3 nor 4"},
    {"connections", FIELD_NUMBER, AT(connections), .least = 1,
     .most = NFS_CONNECTIONS_MAX, .fault = "is not a possible number"},
    {"recovery", FIELD_CHOICE, AT(is_soft), .words = NFS_RECOVERIES, .chosen = "soft"},
    {"timeout", FIELD_SECONDS, AT(timeout_ms), .least = 1, .most = NFS_TIMEOUT_MAX,
     .otherwise = NFS_TIMEOUT * 1000},
    {"attribute_cache", FIELD_SECONDS, AT(attribute_cache_ms),
     .most = NFS_ATTRIBUTE_CACHE_MAX, .otherwise = FILE_SERVER_LIKE_THE_KERNEL},
    {"locks", FIELD_CHOICE, AT(locks_on_node), .words = NFS_LOCKS, .chosen = "node"},
    {.key = NULL},
};
