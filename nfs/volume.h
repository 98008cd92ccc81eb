/* volume.h: one export of the file server, and the mount that shows it. */
#ifndef ATELIER_NFS_VOLUME_H
#define ATELIER_NFS_VOLUME_H

#include "lib/name.h"
#include "nfs/file/retry.h"
#include "nfs/name/inode.h"
#include "nfs/server.h"

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

struct connection;
struct lock_service;
struct pages;
struct writeback;

/* What was seen of the server's clock (names.h): a time in nanoseconds, and when it was
 * seen. */
struct clock_seen {
    int64_t newest, last, tick;
    long long at;
};

struct volume {
    char name[NAME_LENGTH_MAX + 1];
    char export_path[PLAN_PATH_MAX + 1];
    bool read_only;
    bool probe; /* the preflight is to write a file */
    const struct server *server;
    struct connection *connections; /* as many as the server has */
    struct writeback *writeback;    /* shared by the file server's volumes */
    struct pages *pages;            /* shared by the file server's volumes */
    struct lock_service *locks;     /* NULL: the kernel keeps them within the node */
    struct inode_table inodes;
    struct inode *root;
    uint32_t read_max, write_max; /* bytes of one call, as the server and we allow */
    bool plain_directories;       /* the server has no READDIRPLUS */
    unsigned opens; /* of all its inodes; 0: there is no open file and no hidden name */
    uint64_t numbers_given; /* to open files so far (file.h) */
    unsigned hidden_names;  /* hidden names made so far; the next one has this in it */
    struct retries retries; /* tasks whose open was sent back */
    uint32_t moment;        /* counts what the kernel is told (told.h) */
    size_t inodes_most;     /* from this many on, prune.h lets the kernel forget */
    bool prunes_not;        /* this kernel does not know FUSE_NOTIFY_PRUNE */
    /* Requests that were refused since it remembers too many inodes. */
    unsigned long refused;
    long long refused_at;    /* when a request last was, after it had waited */
    bool names_stay;         /* this kernel cannot drop names (names.h) */
    long long names_dropped; /* when names were last dropped */
    long long drops_again;   /* when names are to be dropped again, or 0 */
    long long listed;        /* when a listing last told names to the kernel */
    struct clock_seen clock;
    uint64_t bytes_read, bytes_written;
    /* Bytes of writes that failed when no program was there to be told. */
    uint64_t bytes_lost;
    struct fuse_session *session; /* NULL before serving */
    /* The request that is being read; call_take_buffer takes it. */
    struct fuse_buf request;
};

/* Returns the inode behind FUSE's number. */
struct inode *volume_inode(const struct volume *volume, fuse_ino_t number);

/* Returns FUSE's number of the inode. */
fuse_ino_t volume_number(const struct volume *volume, const struct inode *inode);

#endif
